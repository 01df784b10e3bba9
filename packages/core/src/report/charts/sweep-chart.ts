import { formatSi } from "@hoststack/tools";
import { html, type Markup } from "../markup.js";
import { optionsThatDiffer } from "../option-differences.js";
import { type Axis, place, valueAxis } from "./axis.js";
import { axisName, chart, leftAxis, legend, plotLeft, plotRight } from "./frame.js";
import { meanText, type Row } from "./interval-chart.js";

const [top, bottom] = [24, 170];
/** From this many values on an option is drawn as an axis, and no more lines than these have a colour. */
const fewestValues = 3;
const mostLines = 6;

interface Point {
  readonly row: Row;
  readonly at: number;
}

/** Measurements of one experiment that differ in a numeric option, and in others per line. */
interface Sweep {
  readonly option: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

const optionOf = ({ measurement }: Row, name: string): unknown => measurement.variant.options[name];

const distinct = (rows: readonly Row[], name: string): number =>
  new Set(rows.map((row) => optionOf(row, name))).size;

/** Rows as lines over the numeric option with the most values; undefined when there is none to speak of. */
function sweepOf(rows: readonly Row[]): Sweep | undefined {
  const differing = optionsThatDiffer(rows.map(({ measurement }) => measurement.variant.options));
  const numeric = differing.filter((name) =>
    rows.every((row) => typeof optionOf(row, name) === "number"),
  );
  const [option] = numeric.sort((a, b) => distinct(rows, b) - distinct(rows, a));
  if (option === undefined || distinct(rows, option) < fewestValues) return undefined;
  const others = differing.filter((name) => name !== option);
  const names = (row: Row): string =>
    [
      ...others.map((name) => `${name} ${String(optionOf(row, name) ?? "not set")}`),
      ...(new Set(rows.map(({ measurement }) => measurement.run)).size > 1
        ? [row.measurement.run.name]
        : []),
    ].join(", ");
  const lines = [...new Set(rows.map(names))].map((name) => ({
    name,
    points: rows
      .filter((row) => names(row) === name)
      .map((row) => ({ row, at: Number(optionOf(row, option)) }))
      .sort((a, b) => a.at - b.at),
  }));
  const twice = lines.some(
    ({ points }) => new Set(points.map(({ at }) => at)).size < points.length,
  );
  return lines.length > mostLines || twice ? undefined : { option, lines };
}

/** Places of an option's values: by their logarithm where they span more than a factor of 20. */
function optionPlace(values: readonly number[]): { x: (value: number) => number; scale: string } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const logarithmic = least > 0 && most / least > 20;
  const to = logarithmic ? Math.log : (value: number) => value;
  const axis: Axis = { low: to(least), high: to(most), ticks: [], suffix: "" };
  const at = place(axis, plotLeft + 12, plotRight - 12);
  return { x: (value) => at(to(value)), scale: logarithmic ? ", logarithmic" : "" };
}

/** Marks of an option's axis, as many as fit beside each other. */
function optionMarks(values: readonly number[], x: (value: number) => number): Markup[] {
  let end = Number.NEGATIVE_INFINITY;
  return values.flatMap((value) => {
    const [middle, width] = [x(value), String(value).length * 6 + 6];
    if (middle - width / 2 < end) return [];
    end = middle + width / 2;
    return [
      html`<text class="tick" text-anchor="middle" x="${middle}" y="${bottom + 14}">${value}</text>
`,
    ];
  });
}

function lineMarks(
  { points }: Sweep["lines"][number],
  look: string,
  { x, y }: Readonly<Record<"x" | "y", (value: number) => number>>,
): Markup {
  const known = points.flatMap(({ row, at }) => {
    const { mean } = row.figures.statistics;
    return mean === undefined ? [] : [{ row, at, mean }];
  });
  const path = known.map(({ at, mean }, index) => `${index === 0 ? "M" : "L"}${x(at)},${y(mean)}`);
  const reaches = known.map(({ row, at, mean }) => {
    const { interval, unit } = row.figures;
    const reach =
      interval &&
      html`<path class="line ${look}" d="M${x(at)},${y(interval.low)}V${y(interval.high)}M${x(at) - 3},${y(interval.low)}h6M${x(at) - 3},${y(interval.high)}h6"/>`;
    return html`${reach}<circle class="f-${look}" cx="${x(at)}" cy="${y(mean)}" r="3"><title>${row.measurement.label}: ${formatSi(mean, unit)}</title></circle>
`;
  });
  return html`<path class="line ${look}" d="${path.join("")}"/>
${reaches}`;
}

function sweepChart(rows: readonly Row[], { option, lines }: Sweep): Markup | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { metric, unit, better } = first.figures;
  const axis = valueAxis(
    rows.flatMap(({ figures: { valid, interval } }) => [
      ...valid,
      ...(interval ? [interval.low, interval.high] : []),
    ]),
    { unit, fromZero: true },
  );
  const values = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))].sort(
    (a, b) => a - b,
  );
  const { x, scale } = optionPlace(values);
  const y = place(axis, bottom, top);
  const drawing = html`${leftAxis(axis, { top, bottom, name: axisName(axis, metric, better) })}
${optionMarks(values, x)}<text class="axis" text-anchor="middle" x="${(plotLeft + plotRight) / 2}" y="${bottom + 30}">${option}${scale}</text>
${lines.map((line, index) => lineMarks(line, `s${index + 1}`, { x, y }))}`;
  const words = rows.map(
    ({ measurement, figures }) => `${measurement.label}: ${meanText(figures)}`,
  );
  const keys = lines.map(({ name, points }, index) => {
    const drawn = points.some(({ row }) => row.figures.valid.length > 0);
    const text = `${name || metric}${drawn ? "" : " (no valid trial)"}`;
    return { look: `k-s${index + 1}`, text };
  });
  const text = {
    title: `${metric} over ${option}, ${first.measurement.variant.experiment}`,
    description: `${words.join("; ")}.`,
    caption: html`Means of valid trials with their 95 % intervals. ${legend(keys)}`,
  };
  return chart(text, bottom + 36, drawing);
}

/** A chart for each experiment whose measurements sweep a numeric option. */
export function sweepCharts(rows: readonly Row[]): Markup[] {
  const experiments = new Set(rows.map(({ measurement }) => measurement.variant.experiment));
  return [...experiments].flatMap((experiment) => {
    const own = rows.filter(({ measurement }) => measurement.variant.experiment === experiment);
    const sweep = sweepOf(own);
    return sweep === undefined ? [] : (sweepChart(own, sweep) ?? []);
  });
}
