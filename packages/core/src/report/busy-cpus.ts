import type { TrialRecord } from "../result/record.js";
import { describeValues } from "../result/statistics.js";

/** Share of a CPU above which time without a state is worth showing. */
const visibleCpus = 0.05;

/**
 * Median over valid trials of the CPUs each machine kept busy inside the measuring window; a range
 * where the kernel left time unaccounted that may have been busy.
 */
export function busyCpus(trials: readonly TrialRecord[]): string {
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
