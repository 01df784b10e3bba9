import { readdir, readFile, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { hoststackError } from "../errors/error.js";
import { ownerVariable } from "../host/owned.js";
import { processToken, tokenPattern, tokenState } from "../host/process-token.js";
import { allKept } from "../testbed/kept/list.js";
import { type LeftoverOf, thisMachine } from "./leftover.js";

const graceMs = 2000;
const pollMs = 20;
const shownCharacters = 120;

/** Processes of this user that one of ours started and that outlived it. */
export async function leftProcesses(): Promise<LeftoverOf<"process">[]> {
  const { testbeds } = await allKept();
  const holders = testbeds.map(({ ledger }) => ledger.holder);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(leftProcess));
  return found.filter((one) => one !== undefined).filter(({ token }) => !holders.includes(token));
}

async function leftProcess(pid: number): Promise<LeftoverOf<"process"> | undefined> {
  try {
    const directory = `/proc/${pid}`;
    const info = await stat(directory);
    if (info.uid !== process.getuid?.() || pid === process.pid) return undefined;
    const token = processToken(pid);
    const owner = ownerIn(await readFile(`${directory}/environ`, "latin1"));
    if (owner === undefined || tokenState(owner) !== "dead") return undefined;
    const command = (await readFile(`${directory}/cmdline`, "utf8"))
      .replaceAll(/[\0\s]+/g, " ")
      .trim();
    // What was read may be of another process that was given the id meanwhile.
    if (tokenState(token) !== "alive") return undefined;
    return {
      kind: "process",
      token,
      owner,
      where: thisMachine,
      what: `process ${pid}: ${command.slice(0, shownCharacters)}`,
      since: info.ctime.toISOString(),
      why: `descends from what process ${owner.split("-")[0]} started (${ownerVariable}), which has ended`,
      action: "end it: SIGTERM, 2 s, SIGKILL",
      reapable: true,
    };
  } catch {
    // It has ended meanwhile, or is another user's in disguise.
    return undefined;
  }
}

/** The owner's token in an environment. */
export function ownerIn(environment: string): string | undefined {
  const start = `${ownerVariable}=`;
  const value = environment.split("\0").find((one) => one.startsWith(start));
  const token = value?.slice(start.length);
  return token !== undefined && tokenPattern.test(token) ? token : undefined;
}

/** Ends a process, never another that was given its id. */
export async function reapProcess({ token, owner }: LeftoverOf<"process">): Promise<void> {
  if (tokenState(owner) !== "dead") return;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (tokenState(token) !== "alive") return;
    signalProcess(Number(token.split("-")[0]), signal);
    const end = Date.now() + graceMs;
    while (tokenState(token) === "alive" && Date.now() < end) await sleep(pollMs);
  }
  if (tokenState(token) !== "alive") return;
  throw hoststackError("COMMAND_FAILED", `process ${token.split("-")[0]} does not end`);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    // It has just ended by itself.
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return;
    throw hoststackError("COMMAND_FAILED", `process ${pid} cannot be ended: ${String(cause)}`, {
      cause,
    });
  }
}
