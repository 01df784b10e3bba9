import { formatSi } from "@hoststack/tools";
import { html, type Markup } from "../markup.js";
import {
  kindKey,
  type Measurement,
  type MetricFigures,
  type TrialFigure,
} from "../measurements.js";
import { place, valueAxis } from "./axis.js";
import { axisName, chart, leftAxis, legend, plotLeft, plotRight } from "./frame.js";
import { logarithmicAxis } from "./logarithmic-axis.js";

const [top, bottom] = [24, 170];
/** Fewer points than these are no curve. */
const fewestPoints = 3;
/** Above this factor between the least and the most value a curve needs a logarithmic axis. */
const widest = 10;

/** A metric that is a percentile of others of its family, e.g. `oneWayLatency.p99.9`. */
const percentileName = /^(.+)\.p(\d+(?:\.\d+)?)$/;

interface Percentile {
  readonly percent: number;
  readonly figures: MetricFigures;
}

/** Percentiles of one quantity, least first. */
interface Family {
  readonly name: string;
  readonly points: readonly Percentile[];
}

/** Families of percentiles that a measurement reports, apart by unit and definition. */
function familiesOf({ metrics }: Measurement): Family[] {
  const families = new Map<string, Family>();
  for (const figures of metrics) {
    const [, name, percent] = percentileName.exec(figures.metric) ?? [];
    const point = { percent: Number(percent), figures };
    if (name === undefined || !(point.percent >= 0 && point.percent < 100)) continue;
    const key = kindKey({ ...figures, metric: name });
    families.set(key, { name, points: [...(families.get(key)?.points ?? []), point] });
  }
  return [...families.values()]
    .filter(({ points }) => points.length >= fewestPoints)
    .map(({ name, points }) => ({
      name,
      points: [...points].sort((a, b) => a.percent - b.percent),
    }));
}

/** How many nines: 90 % lies at 1, 99 % at 2, 99.9 % at 3. */
const nines = (percent: number): number => -Math.log10(1 - percent / 100);

/** Marks of the axis of percentiles: the median, then one for each nine up to the last point. */
function percentMarks(last: number): number[] {
  const tails = Array.from({ length: Math.max(1, Math.ceil(nines(last) - 1e-9)) }, (_, index) =>
    Number((100 - 100 / 10 ** (index + 1)).toFixed(index)),
  );
  return [0, 50, ...tails];
}

interface Places {
  readonly x: (percent: number) => number;
  readonly y: (value: number) => number;
}

/** The curve of one trial, with what can be read off each point. */
function curve({ points }: Family, trial: TrialFigure, { x, y }: Places): Markup {
  const own = points.flatMap(({ percent, figures }) =>
    figures.figures
      .filter(({ repetition }) => repetition === trial.repetition)
      .map(({ value }) => ({ percent, value, unit: figures.unit })),
  );
  const path = own.map(
    ({ percent, value }, at) => `${at === 0 ? "M" : "L"}${x(percent)},${y(value)}`,
  );
  const dots = own.map(
    ({ percent, value, unit }) =>
      html`<circle class="f-s1" cx="${x(percent)}" cy="${y(value)}" r="2"><title>repetition ${trial.repetition}, ${trial.state}: ${percent} % within ${formatSi(value, unit)}</title></circle>
`,
  );
  const weak = trial.state === "valid" ? "" : " weak";
  return html`<path class="line s1${weak}" d="${path.join("")}"/>
${dots}`;
}

function familyChart({ label }: Measurement, family: Family): Markup | undefined {
  const [first] = family.points;
  const last = family.points.at(-1);
  const values = family.points
    .flatMap(({ figures }) => figures.figures.map(({ value }) => value))
    .filter((value) => value > 0);
  if (first === undefined || last === undefined || values.length === 0) return undefined;
  const { unit, better } = first.figures;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const axis =
    most / least > widest
      ? logarithmicAxis(least, most, unit)
      : { ...valueAxis(values, { unit, fromZero: true }), to: (value: number) => value };
  const marks = percentMarks(last.percent);
  const reach = nines(marks.at(-1) ?? last.percent);
  const at = place({ low: 0, high: reach, ticks: [], suffix: "" }, plotLeft, plotRight);
  const high = place(axis, bottom, top);
  const places = {
    x: (percent: number) => at(nines(percent)),
    y: (value: number) => high(axis.to(value)),
  };
  const grid = marks.map((percent, index) => {
    const at = places.x(percent);
    // the last one is long, and there is little room right of it
    const [anchor, x] = index === marks.length - 1 ? ["end", plotRight + 10] : ["middle", at];
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>
<text class="tick" text-anchor="${anchor}" x="${x}" y="${bottom + 14}">${percent}</text>
`;
  });
  const trials = first.figures.figures;
  const valid = trials.filter(({ state }) => state === "valid").length;
  const name = axisName(axis, family.name, better);
  const scale = most / least > widest ? ", logarithmic" : "";
  const drawing = html`${leftAxis(axis, { top, bottom, name: `${name}${scale}` })}
${grid}<text class="axis" text-anchor="middle" x="${(plotLeft + plotRight) / 2}" y="${bottom + 30}">percentile, in %</text>
${trials.map((trial) => curve(family, trial, places))}`;
  const words = family.points.map(
    ({ percent, figures }) =>
      `${percent} %: ${figures.figures.map(({ value }) => formatSi(value, unit)).join(", ")}`,
  );
  const text = {
    title: `${family.name} by percentile`,
    description: `${label}: ${words.join("; ")}.`,
    caption: html`Each line is one trial, n = ${trials.length}, ${valid} of them valid; dots are the percentiles the tool gave. ${legend(
      [
        ...(valid > 0 ? [{ look: "k-s1", text: "valid trial" }] : []),
        ...(valid < trials.length ? [{ look: "k-weak", text: "trial that is not valid" }] : []),
      ],
    )}`,
  };
  return chart(text, bottom + 36, drawing);
}

/** A chart of each quantity whose percentiles a measurement reports: how far its tail reaches. */
export function percentileCharts(measurement: Measurement): Markup[] {
  return familiesOf(measurement).flatMap((family) => familyChart(measurement, family) ?? []);
}
