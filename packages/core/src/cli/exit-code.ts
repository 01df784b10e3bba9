import { exitCodes } from "../errors/catalogue.js";
import type { RunRecord } from "../result/record.js";

/**
 * The exit code of a run that came to its end: 0 when all trials are valid, 5 when some are not but
 * or planned ones were not run, and at least one is better than invalid; 1 when every trial is invalid or none was run.
 */
export function exitCodeOfRun(record: Pick<RunRecord, "notRun" | "trials">): number {
  const states = record.trials.map((trial) => trial.verdict.state);
  if (states.every((state) => state === "invalid")) return exitCodes.failed;
  const all = (record.notRun ?? []).length === 0;
  return all && states.every((state) => state === "valid") ? exitCodes.ok : exitCodes.partial;
}
