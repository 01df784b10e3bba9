import { formatSi } from "@hoststack/tools";
import { intervalText } from "../figures.js";
import { html, type Markup } from "../markup.js";
import type { Measurement, MetricFigures } from "../measurements.js";
import { type Axis, place, valueAxis } from "./axis.js";
import { axisName, bottomAxis, chart, legend, plotRight } from "./frame.js";
import { markKeys, trialMark } from "./marks.js";

/** A measurement with the metric that is drawn of it. */
export interface Row {
  readonly measurement: Measurement;
  readonly figures: MetricFigures;
}

const left = 12;
const rowHeight = 40;
const longestLabel = 42;

const cut = (text: string): string =>
  text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1)}…`;

/** Mean, interval and number of a metric in words. */
export function meanText({ statistics, interval, unit, valid, figures }: MetricFigures): string {
  const n = `n = ${valid.length} of ${figures.length}`;
  if (statistics.mean === undefined) return `no valid figure, ${n}`;
  const known = interval === undefined ? "" : `, 95 % interval ${intervalText(interval, unit)}`;
  return `mean ${formatSi(statistics.mean, unit)}${known}, ${n}`;
}

function rowMarks({ measurement, figures }: Row, axis: Axis, top: number): Markup {
  const at = place(axis, left, plotRight);
  const y = top + 26;
  const { interval, statistics, unit } = figures;
  const trials = figures.figures.map((one) => trialMark(one, unit, { x: at(one.value), y }));
  const mean =
    statistics.mean === undefined
      ? undefined
      : html`<path class="mean" d="M${at(statistics.mean)},${y - 8}v16"/>
`;
  const reach =
    interval === undefined
      ? undefined
      : html`<path class="mean" d="M${at(interval.low)},${y}H${at(interval.high)}M${at(interval.low)},${y - 4}v8M${at(interval.high)},${y - 4}v8"/>
`;
  const n = `n = ${figures.valid.length}`;
  return html`<g><title>${measurement.label}: ${meanText(figures)}</title>
<text class="label" x="${left}" y="${top + 12}">${cut(measurement.label)}</text>
<text class="tick" text-anchor="end" x="${plotRight}" y="${top + 12}">${n}</text>
${trials}${reach}${mean}</g>
`;
}

/** Measurements of one kind below each other on one axis that holds 0. */
export function intervalChart(rows: readonly Row[]): Markup | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { metric, unit, better, definition } = first.figures;
  const values = rows.flatMap(({ figures: { figures, interval } }) => [
    ...figures.map(({ value }) => value),
    ...(interval === undefined ? [] : [interval.low, interval.high]),
  ]);
  const axis = valueAxis(values, { unit, fromZero: true });
  const bottom = 4 + rows.length * rowHeight;
  const words = rows.map(
    ({ measurement, figures }) => `${measurement.label}: ${meanText(figures)}`,
  );
  const drawing = html`${bottomAxis(axis, { left, top: 4, bottom, name: axisName(axis, metric, better) })}
${rows.map((row, index) => rowMarks(row, axis, index * rowHeight))}`;
  const meaning = definition === undefined ? "" : `${metric} is ${definition}. `;
  const text = {
    title: `${metric} of ${rows.length === 1 ? first.measurement.label : `${rows.length} measurements`}`,
    description: `${words.join("; ")}.`,
    caption: html`${meaning}${legend(markKeys(rows.flatMap((row) => row.figures.figures)))}`,
  };
  return chart(text, bottom + 36, drawing);
}
