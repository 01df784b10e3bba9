import { html, type Markup } from "../markup.js";
import type { Measurement } from "../measurements.js";
import { table, verdictMark } from "./table.js";

/** Why trials are not valid; says so when all are. */
export function reasonsSection(measurements: readonly Measurement[]): Markup {
  const rows = measurements.flatMap(({ label, trials }) =>
    trials.flatMap(({ repetition, verdict, error }) =>
      verdict.reasons.map((reason, index) => [
        label,
        String(repetition),
        verdictMark(reason.state),
        reason.rule,
        index === 0 && error?.remedy ? `${reason.text} (${error.remedy})` : reason.text,
      ]),
    ),
  );
  const columns = ["measurement", "repetition", "makes it", "rule", "why"];
  const body =
    rows.length === 0
      ? html`<p>Every trial is valid: no rule found anything to object to.</p>`
      : table({
          caption: "Findings; these trials are in no mean, median or interval",
          columns,
          rows,
        });
  return html`<section id="reasons"><h2>What is not valid, and why</h2>
${body}</section>
`;
}
