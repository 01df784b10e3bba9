import { formatSi } from "@hoststack/tools";
import type { RunRecord, SummaryRow, TrialRecord, VariantRecord } from "../result/record.js";
import { describeValues } from "../result/statistics.js";
import type { Terminal } from "./terminal.js";

const header = ["measurement", "median", "min .. max", "sd", "valid", "verdict", "busy CPUs"];
const verdictColumn = header.indexOf("verdict");
/** The last column moves below its row where the terminal is too narrow for it. */
const cpuColumn = header.length - 1;

/** Share of a CPU above which time without a state is worth showing. */
const visibleCpus = 0.05;

/**
 * Median over valid trials of the CPUs each machine kept busy inside the measuring window; a range
 * where the kernel left time unaccounted that may have been busy.
 */
function busyCpus(trials: readonly TrialRecord[]): string {
  const uses = trials.flatMap((trial) => (Array.isArray(trial.cpu) ? trial.cpu : []));
  const shown = [...new Set(uses.map((use) => use.machine))].map((machine) => {
    const own = uses.filter((use) => use.machine === machine);
    const low = describeValues(own.map((use) => use.busyCpus)).median ?? 0;
    const more = describeValues(own.map((use) => use.unaccountedCpus)).median ?? 0;
    const range =
      more < visibleCpus ? low.toFixed(2) : `${low.toFixed(2)}..${(low + more).toFixed(2)}`;
    return `${own[0]?.hosts.join("+")} ${range}`;
  });
  return shown.join(", ") || "-";
}

function verdictOfRow(trials: readonly TrialRecord[]): "valid" | "suspect" | "invalid" {
  const states = new Set(trials.map((trial) => trial.verdict.state));
  return states.has("invalid") ? "invalid" : states.has("suspect") ? "suspect" : "valid";
}

function cells(variant: VariantRecord, row: SummaryRow | undefined, own: TrialRecord[]): string[] {
  const valid = own.filter((trial) => trial.verdict.state === "valid");
  const unit = row?.unit as Parameters<typeof formatSi>[1] | undefined;
  const show = (value: number | undefined): string =>
    value === undefined || unit === undefined ? "-" : formatSi(value, unit);
  const range =
    row?.min === undefined || own.length < 2 ? "-" : `${show(row.min)} .. ${show(row.max)}`;
  return [
    variant.title,
    show(row?.median),
    range,
    show(row?.sd),
    `${valid.length}/${own.length}`,
    verdictOfRow(own),
    busyCpus(valid),
  ];
}

const colours = { valid: "green", suspect: "yellow", invalid: "red" } as const;

/** The run as a table with one row per measurement, and below it why rows are not valid. */
export function resultTable(record: RunRecord, terminal: Terminal): string {
  const rows = record.variants.map((variant) => {
    const own = record.trials.filter((trial) => trial.variant === variant.id);
    const row = record.summary.find(
      (one) => one.variant === variant.id && one.metric === variant.headline,
    );
    return cells(variant, row, own);
  });
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const fits = widths.reduce((sum, width) => sum + width + 2, -2) <= terminal.columns;
  const line = (row: readonly string[], style: (text: string, column: number) => string) => {
    const padded = row.map((cell, column) => style(cell.padEnd(widths[column] ?? 0), column));
    if (fits) return padded.join("  ").trimEnd();
    return `${padded.slice(0, cpuColumn).join("  ").trimEnd()}\n    busy CPUs: ${row[cpuColumn]}`;
  };
  const lines = rows.map((row) => {
    const state = row[verdictColumn] as keyof typeof colours;
    return line(row, (text, column) =>
      column === verdictColumn ? terminal.style(colours[state], text) : text,
    );
  });
  const [titles = ""] = line(header, (text) => text).split("\n");
  const reasons = record.trials.flatMap((trial) =>
    trial.verdict.reasons.map(
      ({ state, text }) => `  ${trial.variant}, repetition ${trial.repetition}: ${state}: ${text}`,
    ),
  );
  const why =
    reasons.length === 0 ? [] : ["", "Not valid, and so not in any figure above:", ...reasons];
  return [terminal.style("bold", titles), ...lines, ...why].join("\n");
}
