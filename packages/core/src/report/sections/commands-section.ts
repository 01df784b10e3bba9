import { quoteArgv } from "../../command/quote.js";
import type { ProcessRecord } from "../../result/record.js";
import { html, type Markup } from "../markup.js";
import type { Measurement } from "../measurements.js";
import { table } from "./table.js";

/** A NUL can stand in a file but in no command. */
const command = (argv: readonly string[]): string =>
  quoteArgv(argv.map((word) => word.replaceAll("\0", "\ufffd")));

function ending({ exitCode, signal, stopped }: ProcessRecord): string {
  const how = signal === null ? `exit status ${exitCode ?? "unknown"}` : `ended by ${signal}`;
  return stopped ? `${how}, stopped as planned` : how;
}

function commandTable({ label, trials }: Measurement): Markup {
  const rows = trials.flatMap(({ repetition, processes }) =>
    processes.map((process) => [
      String(repetition),
      process.host,
      html`<code>${command(process.argv)}</code>`,
      `${process.durationS.toFixed(2)} s`,
      ending(process),
      process.files.join(" "),
    ]),
  );
  const columns = ["repetition", "host", "command", "took", "ended", "raw output"];
  return html`<details><summary>${label}: ${rows.length} processes</summary>
${rows.length === 0 ? html`<p>None was run.</p>` : table({ caption: `Processes of ${label}`, columns, rows })}</details>
`;
}

/** The exact commands of every trial, as a shell would take them. */
export function commandsSection(measurements: readonly Measurement[]): Markup {
  return html`<section id="commands"><h2>Commands</h2>
<p>What ran on the hosts, word for word. Paths are relative to the run directory; everything else that was asked of a host is in its <code>transcript</code>.</p>
${measurements.map(commandTable)}</section>
`;
}
