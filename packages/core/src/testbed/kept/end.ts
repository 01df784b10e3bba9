import { setTimeout as delay } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import { tokenState } from "../../host/process-token.js";
import { exists, sweepOwnedDirectories } from "../../packages/owned-directory.js";
import { runDirectoryPrefix, runtimeDirectory } from "../vm/run-directory.js";
import type { Ledger } from "./ledger.js";
import { findKept, type KeptTestbed } from "./list.js";
import { pidOf } from "./liveness.js";
import { directoryOf, removeDirectory } from "./place.js";

const pollMs = 20;
/** A holder ends two guests or namespaces within a second; a stopped one never. */
const orderlyMs = 15_000;
const killedMs = 10_000;

/** Waits until none of some processes runs; false when one still does after that time. */
async function gone(tokens: readonly string[], mostMs: number): Promise<boolean> {
  const end = Date.now() + mostMs;
  for (;;) {
    const states = tokens.map(tokenState);
    if (!states.includes("alive")) return true;
    if (Date.now() > end) return false;
    await delay(pollMs);
  }
}

/** Signals the process a token names, and no other that was given its id since. */
function signalProcess(token: string, signal: NodeJS.Signals): void {
  if (tokenState(token) !== "alive") return;
  try {
    process.kill(pidOf(token), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const processesOf = (ledger: Ledger): string[] =>
  ledger.state === "opening" ? [] : ledger.hosts.map((host) => host.process);

async function endProcesses({ name, directory, ledger, state }: KeptTestbed): Promise<void> {
  if (state === "elsewhere") {
    throw hoststackError("TESTBED_HELD", `the testbed "${name}" belongs to ${ledger.machine}`, {
      remedy:
        "take it down there, in the container it was made in; if that is gone, remove its directory",
      details: { name, machine: ledger.machine, directory },
    });
  }
  const { holder } = ledger;
  signalProcess(holder, "SIGTERM");
  if (!(await gone([holder], orderlyMs))) signalProcess(holder, "SIGKILL");
  // the kernel ends the hosts with their holder
  const all = [holder, ...processesOf(ledger)];
  if (await gone(all, killedMs)) return;
  throw hoststackError("TESTBED_LOST", `processes of the testbed "${name}" do not end`, {
    remedy: `look at them: ps -p ${all.map(pidOf).join(",")}`,
  });
}

/**
 * Takes a kept testbed down, dead or alive, and waits until its processes and its directory are gone.
 * Returns whether there was one. No process is signalled but the holder the ledger names. Throws
 * TESTBED_HELD when it belongs to another computer, TESTBED_LOST when processes do not end.
 */
export async function endKept(name: string): Promise<boolean> {
  const found = await findKept(name);
  if (found === undefined && !(await exists(directoryOf(name)))) return false;
  if (found !== undefined) await endProcesses(found);
  // a holder that was killed could not remove its guests' directory
  if (found?.ledger.kind === "vm") {
    await sweepOwnedDirectories(await runtimeDirectory(), runDirectoryPrefix);
  }
  // its holder has removed it, and somebody else may have taken the name since
  await removeDirectory(directoryOf(name), found?.ledger.holder);
  return true;
}
