import { conditionsOf } from "../conditions.js";
import { html, type Markup } from "../markup.js";
import type { Measurement, ReportedRun } from "../measurements.js";
import { optionsThatDiffer, valueText } from "../option-differences.js";
import { table } from "./table.js";

function optionTable(measurements: readonly Measurement[]): Markup {
  const experiments = measurements.map(({ variant }) => variant.experiment);
  const differing = optionsThatDiffer(measurements.map(({ variant }) => variant.options));
  const several = new Set(experiments).size > 1;
  const columns = ["measurement", ...(several ? ["experiment"] : []), ...differing];
  const rows = measurements.map(({ label, variant }) => [
    label,
    ...(several ? [variant.experiment] : []),
    ...differing.map((name) => valueText(variant.options[name])),
  ]);
  return columns.length === 1
    ? html`<p>No option differs.</p>`
    : table({ caption: "Options that are not the same in all measurements", columns, rows });
}

function sharedOptions(measurements: readonly Measurement[]): Markup {
  const sets = measurements.map(({ variant }) => variant.options);
  const differing = new Set(optionsThatDiffer(sets));
  const shared = Object.entries(sets[0] ?? {}).filter(([name]) => !differing.has(name));
  const words = shared.map(([name, value]) => `${name} ${valueText(value)}`).join(", ");
  const lead = sets.length > 1 ? "The same in all: " : "";
  return html`<p>${words === "" ? "No option is the same in all." : `${lead}${words}.`}</p>
`;
}

function runTable(runs: readonly ReportedRun[]): Markup {
  const conditions = runs.map(conditionsOf);
  const differing = optionsThatDiffer(conditions);
  const rows = differing.map((name) => [
    name,
    ...conditions.map((one) => one[name] ?? "not there"),
  ]);
  return differing.length === 0
    ? html`<p>Nothing the records say of machines, testbed and versions differs between the runs.</p>`
    : table({
        caption: "What the runs were made with, where it differs",
        columns: ["item", ...runs.map(({ name }) => name)],
        rows,
        texts: true,
      });
}

/** What differed between the measurements, and between the runs where there are several. */
export function differencesSection(
  runs: readonly ReportedRun[],
  measurements: readonly Measurement[],
): Markup {
  return html`<section id="differences"><h2>${measurements.length > 1 ? "What differed" : "Options"}</h2>
${measurements.length > 1 ? optionTable(measurements) : undefined}
${sharedOptions(measurements)}${runs.length > 1 ? runTable(runs) : undefined}</section>
`;
}
