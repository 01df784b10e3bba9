import { html, type Markup, verbatim } from "./markup.js";
import { type Measurement, measurementsOf, type ReportedRun } from "./measurements.js";
import { commandsSection } from "./sections/commands-section.js";
import { differencesSection } from "./sections/differences-section.js";
import { measurementSection } from "./sections/measurement-section.js";
import { provenanceSection } from "./sections/provenance-section.js";
import { reasonsSection } from "./sections/reasons-section.js";
import { summarySection, verdictLine } from "./sections/summary-section.js";
import { style } from "./style.js";

/** Stands at the beginning of every report, and so tells one from other files. */
export const reportMark =
  '<!doctype html>\n<html lang="en">\n<meta name="generator" content="hoststack report">';

/** Nothing is loaded and no script runs, whatever a record holds. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const unfinished = {
  running: "had not ended when it was read, or was killed",
  interrupted: "was interrupted",
  failed: "failed",
};

const notice = (text: string): Markup => html`<p class="notice">${text}</p>
`;

/** What a reader must know of a run before its figures. */
function noticesOf({ name, record }: ReportedRun): string[] {
  const { state, trials, variants, repetitions, notRun, error, sessions = [] } = record;
  const planned =
    notRun === undefined ? variants.length * repetitions : trials.length + notRun.length;
  const why = error === undefined ? "" : `: ${error.message}`;
  const changed = sessions.flatMap(({ differs }) => differs);
  return [
    ...(state === "completed"
      ? []
      : [
          `The run ${name} ${unfinished[state]}${why}; ${trials.length} of ${planned} trials are in the record.`,
        ]),
    ...(changed.length === 0
      ? []
      : [`The run ${name} was resumed, and not everything was as before: ${changed.join("; ")}.`]),
    ...record.testbed.notices,
  ];
}

function header(runs: readonly ReportedRun[], measurements: readonly Measurement[]): Markup {
  const systems = [...new Set(runs.map(({ record }) => record.system.name))].join(", ");
  const names = runs.map(({ name }) => name).join(", ");
  const seen = [
    ...new Set(runs.map(({ record: { testbed } }) => `${testbed.kind} (${testbed.evidence})`)),
  ];
  const notices = new Set(runs.flatMap(noticesOf));
  return html`<header><h1>${systems}: ${names}</h1>
<p class="lead">${verdictLine(measurements)}. Testbed: ${seen.join(", ")}. Started ${runs.map(({ record }) => record.startedAt).join(", ")}.</p>
${[...notices].map(notice)}<nav aria-label="Sections"><a href="#summary">Summary</a><a href="#reasons">Findings</a><a href="#figures">Figures</a><a href="#differences">${measurements.length > 1 ? "What differed" : "Options"}</a><a href="#provenance">Provenance</a><a href="#commands">Commands</a></nav>
</header>
`;
}

/** What the trials of some runs came to, in one line. */
export function verdictOfRuns(runs: readonly ReportedRun[]): string {
  return verdictLine(measurementsOf(runs));
}

/**
 * Renders runs as one HTML file that needs nothing else: no network, no scripts. Every figure is from the
 * records, and the same records give the same bytes. Text of a record is never taken for markup.
 */
export function renderReport(runs: readonly ReportedRun[]): string {
  const measurements = measurementsOf(runs);
  const title = runs.map(({ name, record }) => `${record.system.name} ${name}`).join(", ");
  return html`${verbatim(reportMark)}
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${verbatim(style)}</style>
<body>
${header(runs, measurements)}<main>
${summarySection(measurements)}${reasonsSection(measurements)}<section id="figures"><h2>Figures</h2>
${measurements.map(measurementSection)}</section>
${differencesSection(runs, measurements)}${provenanceSection(runs)}${commandsSection(measurements)}</main>
</body>
</html>
`.text;
}
