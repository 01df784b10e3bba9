import { busyCpus } from "../busy-cpus.js";
import { intervalChart, type Row } from "../charts/interval-chart.js";
import { sweepCharts } from "../charts/sweep-chart.js";
import { figureText, intervalText } from "../figures.js";
import { html, type Markup } from "../markup.js";
import { kindKey, type Measurement } from "../measurements.js";
import { table, verdictMark } from "./table.js";

const count = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

function summaryRow(one: Measurement): (string | Markup)[] {
  const { headline, trials } = one;
  const unit = headline?.unit;
  const { mean, median, min, max } = headline?.statistics ?? {};
  const show = (value: number | undefined) => figureText(value, unit);
  const interval = headline?.interval;
  const valid = trials.filter((trial) => trial.verdict.state === "valid").length;
  return [
    html`<a href="#${one.anchor}">${one.label}</a><br><small>${headline?.metric ?? `${one.variant.headline}: no figure`}</small>`,
    verdictMark(one.state),
    show(mean),
    interval === undefined || unit === undefined ? "–" : intervalText(interval, unit),
    `${valid} of ${trials.length}`,
    show(median),
    min === undefined || valid < 2 ? "–" : `${show(min)} to ${show(max)}`,
    busyCpus(
      one.trials.filter((trial) => trial.verdict.state === "valid"),
      one.variant,
    ),
  ];
}

const columns = [
  "measurement",
  "verdict",
  "mean",
  "95 % interval",
  "valid trials",
  "median",
  "least to most",
  "busy CPUs, median",
] as const;

/** Headline figures in groups that share metric, unit, direction, definition and evidence level. */
function overviewRows(measurements: readonly Measurement[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const measurement of measurements) {
    const figures = measurement.headline;
    if (figures === undefined) continue;
    const key = `${measurement.run.record.testbed.evidence} ${kindKey(figures)}`;
    groups.set(key, [...(groups.get(key) ?? []), { measurement, figures }]);
  }
  return [...groups.values()];
}

/** What the trials of a report came to, in one line. */
export function verdictLine(measurements: readonly Measurement[]): string {
  const states = measurements.flatMap(({ trials }) => trials.map((trial) => trial.verdict.state));
  const of = (state: string) => states.filter((one) => one === state).length;
  const trials = `${count(measurements.length, "measurement")}, ${count(states.length, "trial")}`;
  const bad = ["suspect", "invalid"].filter((state) => of(state) > 0);
  return `${trials}: ${["valid", ...bad].map((state) => `${of(state)} ${state}`).join(", ")}`;
}

/** Verdicts and headline figures of all measurements, as a table and as charts. */
export function summarySection(measurements: readonly Measurement[]): Markup {
  const groups = overviewRows(measurements);
  const charts = [
    ...groups.flatMap((rows) => sweepCharts(rows)),
    ...groups.flatMap((rows) => intervalChart(rows) ?? []),
  ];
  return html`<section id="summary"><h2>Summary</h2>
${table({ caption: "Verdicts and headline figures; only valid trials are in a figure", columns, rows: measurements.map(summaryRow) })}
<p class="note">Intervals are of the mean, by Student's t: they hold for trials that are independent of each other and about normally distributed, and need two valid ones.</p>
<div class="figures">${charts}</div></section>
`;
}
