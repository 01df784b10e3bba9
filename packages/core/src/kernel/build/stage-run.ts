import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { Detached, DetachedState } from "../../host/detached/detached.js";
import { findDetached, findOne } from "../../host/detached/find.js";
import { followDetached } from "../../host/detached/follow.js";
import { beatDetached, renewDetached } from "../../host/detached/lease.js";
import { removeDetached } from "../../host/detached/remove.js";
import { startDetached } from "../../host/detached/start.js";
import { stopDetached } from "../../host/detached/stop.js";
import type { BuildPlace } from "./build-place.js";
import type { KernelBuildStage } from "./events.js";

/** How long a stage goes on when its controller is gone: long enough to come back and go on with it. */
const leaseMs = 120_000;
const lookEveryMs = 1000;
const mostTail = 4000;

/** A long command of a stage; it writes everything to standard output. */
export interface StageRun {
  readonly stage: KernelBuildStage;
  /** Says all the command depends on: one of this key that still runs is gone on with. */
  readonly key: string;
  /** Directory of the logs; only one command runs in it at a time. */
  readonly directory: string;
  readonly command: Command;
  readonly onOutput?: (text: string) => void;
}

/** How such a command ended. */
export interface StageOutcome {
  readonly stage: KernelBuildStage;
  readonly state: DetachedState;
  /** The whole output, on the host. */
  readonly log: string;
  /** The end of the output. */
  readonly tail: string;
  readonly ok: boolean;
}

/**
 * Runs a command that outlives its controller for a while, and follows it to its end; one that an earlier
 * controller has left running is followed instead. Throws LEASE_HELD when another one runs there, INTERRUPTED
 * (the command is ended), and what detached commands throw.
 */
export async function runStage(place: BuildPlace, run: StageRun): Promise<StageOutcome> {
  const { host, signal } = place;
  const detached = await begun(place, run);
  using _beat = beatDetached(host, detached);
  let tail = "";
  try {
    const decoder = new TextDecoder();
    const options = { intervalMs: lookEveryMs, ...(signal && { signal }) };
    for await (const piece of followDetached(host, detached, options)) {
      const text = decoder.decode(piece, { stream: true });
      tail = (tail + text).slice(-mostTail);
      run.onOutput?.(text);
    }
  } catch (error) {
    if (signal?.aborted) await stopDetached(host, detached);
    throw error;
  }
  const { state } = await findOne(host, detached.path);
  const ok = state.state === "ended" && state.exitCode === 0;
  return { stage: run.stage, state, log: `${detached.path}/stdout`, tail, ok };
}

type StageName = Pick<StageRun, "key" | "stage">;

const idOf = ({ stage, key }: StageName): string => `${stage}-${key.slice(0, 12)}`;

/**
 * Throws LEASE_HELD while a command other than `own` runs in a directory of logs: to be asked before
 * something is changed that such a command reads.
 */
export async function refuseOthers(
  { host }: BuildPlace,
  directory: string,
  own?: StageName,
): Promise<void> {
  const id = own && idOf(own);
  const others = await findDetached(host, directory);
  const other = others.find(({ id: found, state }) => found !== id && state.state === "running");
  if (other !== undefined) throw occupied(host.name, other);
}

async function begun({ host }: BuildPlace, run: StageRun): Promise<Detached> {
  const { directory, command } = run;
  const id = idOf(run);
  for (const other of await findDetached(host, directory)) {
    const runs = other.state.state === "running";
    if (other.id === id && runs && (await renewDetached(host, other))) return other;
    if (other.id === id) await removeDetached(host, other);
    else if (runs) throw occupied(host.name, other);
  }
  return await startDetached(host, { id, command, directory, leaseMs, lineBuffered: false });
}

function occupied(host: string, { path }: Detached): Error {
  const message = `another kernel build works with the same sources on ${host}: ${path}`;
  return hoststackError("LEASE_HELD", message, {
    remedy: `wait for it (where its controller is gone it ends within ${leaseMs / 1000} s), or name another workDirectory (XDG_CACHE_HOME there moves the usual one)`,
    details: { host, path },
  });
}

/** How a stage that did not end well ended, as words. */
function endingWords({ state }: StageOutcome): string {
  if (state.state === "lost") return `it was lost (${state.why})`;
  if (state.state === "running") return "it still runs";
  if (state.leaseExpired) return "the host ended it, as its lease was not renewed";
  return state.signal === undefined
    ? `exit status ${state.exitCode}`
    : `it was ended by ${state.signal}`;
}

/** The error for a stage that did not end well. */
export function stageError(
  place: BuildPlace,
  outcome: StageOutcome,
  words = lastLines(outcome.tail),
): Error {
  const { stage } = outcome;
  const code = stage === "fetch" ? "DOWNLOAD_FAILED" : "KERNEL_BUILD_FAILED";
  const where = place.host.name;
  const how = endingWords(outcome);
  const said = words === "" ? "" : `:\n${words}`;
  return hoststackError(code, `stage ${stage} of the kernel failed on ${where} (${how})${said}`, {
    remedy: `the whole log is ${outcome.log} on ${where}; what was done is kept and gone on from`,
    details: { host: where, stage, log: outcome.log },
  });
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-8).join("\n");
}
