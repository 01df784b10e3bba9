import { coreCharts } from "../charts/core-chart.js";
import { percentileCharts } from "../charts/percentile-chart.js";
import { timeCharts } from "../charts/time-charts.js";
import { trialChart } from "../charts/trial-chart.js";
import { figureText, intervalText } from "../figures.js";
import { html, type Markup } from "../markup.js";
import type { Measurement, MetricFigures } from "../measurements.js";
import { table, verdictMark } from "./table.js";

const columns = [
  "metric",
  "n",
  "mean",
  "95 % interval",
  "sd",
  "median",
  "least",
  "most",
  "better",
  "what it is",
] as const;

function metricRow({
  metric,
  unit,
  better,
  definition,
  valid,
  statistics,
  interval,
}: MetricFigures) {
  const show = (value: number | undefined) => figureText(value, unit);
  const { mean, sd, median, min, max } = statistics;
  return [
    metric,
    String(valid.length),
    show(mean),
    interval === undefined ? "–" : intervalText(interval, unit),
    show(sd),
    ...[median, min, max].map(show),
    better,
    definition ?? "–",
  ];
}

/** Why there is no figure of something, from the trials that might have had it. */
function missingNotes({ trials, run, variant }: Measurement): Markup[] {
  const reasons = new Set(
    trials.flatMap(({ cpu }) =>
      "unavailable" in cpu ? [`No CPU times: ${cpu.unavailable}.`] : [],
    ),
  );
  const timed = (run.timelines ?? []).some((one) => one.variant === variant.id);
  const windows = trials.flatMap(({ window }) =>
    "unavailable" in window ? [`No measuring window: ${window.unavailable}.`] : [],
  );
  const untimed = timed
    ? []
    : [
        "Nothing over time: no snapshots were found beside the record, or it does not say where the window lies on their clock.",
      ];
  const notes = [
    ...reasons,
    ...new Set(windows),
    ...(trials.length === 0 ? ["No trial was run."] : untimed),
  ];
  return notes.map(
    (note) => html`<p class="note">${note}</p>
`,
  );
}

/** All figures of one measurement: every metric, every trial, CPUs, and what happened over time. */
export function measurementSection(one: Measurement): Markup {
  const { headline, label, anchor, trials, metrics, state } = one;
  const charts = [
    ...(headline === undefined ? [] : [trialChart({ measurement: one, figures: headline })]),
    ...percentileCharts(one),
    ...coreCharts(trials),
    ...timeCharts(one),
  ];
  const rows = metrics.map(metricRow);
  const figures =
    rows.length === 0
      ? html`<p>No trial has a figure.</p>`
      : table({ caption: `Metrics of ${label}, over valid trials`, columns, rows });
  return html`<section id="${anchor}"><h3>${label} ${verdictMark(state)}</h3>
<div class="figures">${charts}</div>
${missingNotes(one)}${figures}</section>
`;
}
