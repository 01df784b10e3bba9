import { type HoststackError, isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import type { ProcessRecord } from "../result/record.js";
import type { ProcessSpec } from "./experiment.js";
import type { Outputs } from "./outputs.js";
import { startOrder } from "./process-order.js";
import { type ProcessesContext, TrialProcesses } from "./trial-processes.js";

export type { ProcessesContext } from "./trial-processes.js";

/** What a set of processes left behind. */
export interface FinishedProcesses {
  readonly outputs: Outputs;
  readonly records: readonly ProcessRecord[];
  /** Why the outputs must not be used: PROCESS_DIED with the processes' words, or NOT_READY. */
  readonly failure?: HoststackError;
}

/** Failures of the processes themselves; others are of the testbed, the disk or the caller. */
function spoilsOnlyThem(error: unknown): error is HoststackError {
  return isHoststackError(error, "PROCESS_DIED") || isHoststackError(error, "NOT_READY");
}

/**
 * Runs processes to their planned end and leaves none behind, however it ends. Throws the signal's
 * reason when it fires, OUTPUT_UNWRITABLE, HOST_UNREACHABLE, TOOL_MISSING, and OPTIONS_INVALID when
 * the specs make no order.
 */
export async function runProcesses(
  specs: readonly ProcessSpec[],
  context: ProcessesContext,
): Promise<FinishedProcesses> {
  const ordered = startOrder(specs);
  const set = new TrialProcesses(context);
  let failure: HoststackError | undefined;
  try {
    await set.startAll(ordered);
    await set.finish();
  } catch (error) {
    // the first cause wins over what it made fail elsewhere
    const cause = set.signal.aborted ? set.signal.reason : error;
    if (context.signal.aborted || !spoilsOnlyThem(cause)) throw cause;
    failure = cause;
  } finally {
    await set[Symbol.asyncDispose]();
  }
  const outputs = new Map(set.processes.map((one) => [one.spec.id, one.output()]));
  return {
    outputs: {
      of(id) {
        const output = outputs.get(id);
        if (output !== undefined) return output;
        throw hoststackError("PARSE_FAILED", `no process "${id}" ran, so it left no output`);
      },
    },
    records: set.processes.map((one) => one.record()),
    ...(failure === undefined ? {} : { failure }),
  };
}
