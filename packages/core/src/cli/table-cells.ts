import { formatSi } from "@hoststack/tools";
import { busyCpus } from "../report/busy-cpus.js";
import { intervalText, type Unit } from "../report/figures.js";
import type { SummaryRow, TrialRecord, VariantRecord } from "../result/record.js";

/** Columns of the table, in their order. */
export const columnNames = [
  "measurement",
  "median",
  "mean",
  "mean, 95 %",
  "min .. max",
  "sd",
  "valid",
  "verdict",
  "busy CPUs",
] as const;

/** From this many valid trials on a mean and its interval say more than the trials themselves. */
const fewestForMean = 3;

/** What a row of the table shows, by column. */
export type Cells = Readonly<Record<(typeof columnNames)[number], string>>;

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
  const enough = (row?.valid ?? 0) >= fewestForMean;
  const interval = enough ? row?.mean95 : undefined;
  return {
    measurement: variant.title,
    median: show(row?.median),
    mean: enough ? show(row?.mean) : "-",
    "mean, 95 %":
      interval === undefined || unit === undefined
        ? "-"
        : intervalText(interval, unit as Unit).replace("\u00a0", " "),
    "min .. max": range,
    sd: show(row?.sd),
    valid: `${valid.length}/${own.length}`,
    verdict: verdictOfRow(own),
    "busy CPUs": busyCpus(valid, variant),
  };
}
