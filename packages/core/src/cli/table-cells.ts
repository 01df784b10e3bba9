import { formatSi } from "@hoststack/tools";
import type { SummaryRow, TrialRecord, VariantRecord } from "../result/record.js";
import { describeValues } from "../result/statistics.js";

/** Columns of the table, in their order. */
export const columnNames = [
  "measurement",
  "median",
  "min .. max",
  "sd",
  "valid",
  "verdict",
  "busy CPUs",
] as const;

/** What a row of the table shows, by column. */
export type Cells = Readonly<Record<(typeof columnNames)[number], string>>;

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

/** The row of one variant: the figures of its headline metric over its valid trials. */
export function cellsOf(
  variant: VariantRecord,
  row: SummaryRow | undefined,
  own: readonly TrialRecord[],
): Cells {
  const valid = own.filter((trial) => trial.verdict.state === "valid");
  const unit = row?.unit as Parameters<typeof formatSi>[1] | undefined;
  const show = (value: number | undefined): string =>
    value === undefined || unit === undefined ? "-" : formatSi(value, unit);
  const range =
    row?.min === undefined || own.length < 2 ? "-" : `${show(row.min)} .. ${show(row.max)}`;
  return {
    measurement: variant.title,
    median: show(row?.median),
    "min .. max": range,
    sd: show(row?.sd),
    valid: `${valid.length}/${own.length}`,
    verdict: verdictOfRow(own),
    "busy CPUs": busyCpus(valid),
  };
}
