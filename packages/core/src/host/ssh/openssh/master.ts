import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { hoststackError } from "../../../errors/error.js";
import { loginFailure } from "./failures.js";

/**
 * Runs ssh for as long as standard input is open, and removes its directory afterwards: so it ends with
 * us however we end, on any system and whatever the network does. Background jobs have no standard
 * input, hence descriptor 3. The shell waits through a SIGTERM, which ends ssh.
 */
const runWhileOwned = `
trap : TERM
exec 3<&0 </dev/null
"$@" 3<&- & ssh=$!
{ read -r line <&3; kill "$ssh"; } 2>/dev/null & owner=$!
wait "$ssh"; status=$?
wait "$ssh"
kill "$owner" 2>/dev/null
rm -rf -- "$0"
exit "$status"
`;

/** Most that is kept of what ssh writes to standard error. */
const maxLogCharacters = 16 * 1024;

/** An ssh that connects, or is connected. */
export interface Master {
  readonly child: ChildProcess & { readonly stderr: Readable };
  /** Settles when ssh has ended and its directory is gone; never rejects. */
  readonly closed: Promise<void>;
  /** The last of what it has written to standard error. */
  log(): string;
  /** Signals ssh and all it started. */
  kill(signal: NodeJS.Signals): void;
}

/** What is run, and where its files are. */
export interface MasterPlan {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts ssh in a session of its own, so that a ^C in the terminal leaves it to us and it cannot ask
 * on the terminal behind our back.
 */
export function startMaster({ directory, argv, environment }: MasterPlan): Master {
  const child = spawn("sh", ["-c", runWhileOwned, directory, "ssh", ...argv], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-maxLogCharacters);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve()).once("error", () => resolve());
  });
  // The shell has done it, unless it was killed itself.
  const closed = ended.then(() => rm(directory, { recursive: true, force: true }));
  return {
    child,
    closed: closed.catch(() => {}),
    log: () => log,
    kill: (signal) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It has just ended.
      }
    },
  };
}

/** Where no file event comes, the socket is looked for this often. */
const lookAgainMs = 50;

/**
 * Waits until ssh is logged in: only then it opens its control socket. Throws HOST_KEY_REJECTED,
 * HOST_UNREACHABLE, TOOL_MISSING, INTERRUPTED.
 */
export async function loggedIn(
  master: Master,
  at: { socket: string; directory: string; destination: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const stop = new AbortController();
  try {
    const outcome = await Promise.race([
      socketAppears(at, stop.signal),
      master.closed.then(() => "ended" as const),
      aborted(at.signal, stop.signal),
    ]);
    if (outcome === "ended") throw await failureOf(master, at.destination);
    if (outcome === "aborted") {
      throw hoststackError("INTERRUPTED", `stopped while connecting to ${at.destination}`);
    }
  } finally {
    stop.abort();
  }
}

function socketAppears(
  { socket, directory }: { socket: string; directory: string },
  stop: AbortSignal,
): Promise<"up"> {
  return new Promise((resolve) => {
    const look = () => {
      if (existsSync(socket)) resolve("up");
    };
    const watcher = watch(directory, look).on("error", () => {});
    const timer = setInterval(look, lookAgainMs);
    stop.addEventListener("abort", () => {
      watcher.close();
      clearInterval(timer);
    });
    look();
  });
}

function aborted(signal: AbortSignal | undefined, stop: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve("aborted");
    signal?.addEventListener("abort", () => resolve("aborted"), { once: true, signal: stop });
  });
}

async function failureOf(master: Master, destination: string): Promise<Error> {
  const { stderr } = master.child;
  // A jump host's own persistent master may hold the pipe open for ever.
  const longEnough = sleep(200, undefined, { ref: false });
  if (!stderr.closed) await Promise.race([once(stderr, "close"), longEnough]);
  return loginFailure({ destination, text: master.log(), exitCode: master.child.exitCode });
}
