import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { hoststackError } from "../../errors/error.js";
import { textDiesWithOwner } from "../../host/owned.js";
import { keeperScript, keeperWords } from "./keeper-script.js";
import type { Wiring } from "./wiring.js";

/** First processes of two or more hosts. */
type HostPids = readonly [number, number, ...number[]];

/** The running process that holds namespace hosts. */
export interface Keeper extends AsyncDisposable {
  /** First processes of the hosts, as the machine sees them. */
  readonly hostPids: HostPids;
  /** Fires when a host or the keeper ended without being disposed. */
  readonly lost: AbortSignal;
}

/** How to bring the hosts up. */
export interface KeeperOptions extends Wiring {
  /** Own the namespaces through a user namespace, for callers that are not root. */
  readonly userNamespace: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What was said before the hosts were ready. */
interface Birth {
  readonly child: ChildProcess;
  readonly keeperPid: () => number | undefined;
  readonly errors: () => string;
}

/** Starts the keeper and waits until the hosts are up. Throws CAPABILITY_MISSING, INTERRUPTED, TOOL_MISSING. */
export async function startKeeper(options: KeeperOptions): Promise<Keeper> {
  const user = options.userNamespace ? ["--user", "--map-root-user"] : [];
  const argv = textDiesWithOwner('exec "$@" "$$"', [
    "unshare",
    ...user,
    "--net",
    "--pid",
    "--fork",
    "--kill-child=SIGKILL",
    "sh",
    "-c",
    keeperScript(options),
  ]);
  const child = spawn(argv[0], argv.slice(1), {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lost = new AbortController();
  let keeperPid: number | undefined;
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const birth: Birth = { child, keeperPid: () => keeperPid, errors: () => errors };
  const lines = createInterface({ input: child.stdout as Readable });
  let disposed = false;
  const hostPids = new Promise<HostPids>((resolve, reject) => {
    const fail = (cause?: Error) => {
      reject(notUp(options, { cause, errors }));
      if (!disposed) lost.abort(hoststackError("HOST_UNREACHABLE", "a namespace host has ended"));
    };
    lines.on("line", (line) => {
      const [word, ...pids] = line.split(" ");
      if (word === keeperWords.keeper) keeperPid = Number(pids[0]);
      const [first, second, ...others] = pids.map(Number);
      if (word === keeperWords.ready) resolve([first ?? 0, second ?? 0, ...others]);
      if (word === keeperWords.failed || word === keeperWords.gone) fail();
    });
    child.once("error", fail).once("close", () => fail());
  });
  const dispose = async () => {
    disposed = true;
    await end(birth);
  };
  try {
    const pids = await abortable(hostPids, options.signal);
    return { hostPids: pids, lost: lost.signal, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(hoststackError("INTERRUPTED", "stopped while the namespaces came up"));
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    promise.catch(() => {});
  }
}

/** Kills the keeper and waits until the kernel has ended all that lived in its process namespace. */
async function end({ child, keeperPid }: Birth): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  // The keeper's parent reaps it, which the kernel allows only when its namespace is empty.
  kill(keeperPid() ?? child.pid);
  await exited;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function notUp(
  options: KeeperOptions,
  { cause, errors }: { cause: Error | undefined; errors: string },
): Error {
  if (cause !== undefined && "code" in cause && cause.code === "ENOENT") {
    return hoststackError("TOOL_MISSING", '"setpriv" is not installed on this machine', {
      cause,
      remedy: "install the package util-linux",
    });
  }
  const missing = /(?:unshare|nsenter|mount|ip): not found/.exec(errors)?.[0].split(":")[0];
  if (missing !== undefined) {
    return hoststackError("TOOL_MISSING", `"${missing}" is not installed on this machine`, {
      remedy: `install the package ${missing === "ip" ? "iproute2" : "util-linux"}`,
    });
  }
  const remedy = options.userNamespace
    ? "run as root (sudo), or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces=10000"
    : "in a container, give it the capabilities SYS_ADMIN and NET_ADMIN; the kernel needs namespaces and the module veth";
  const words = errors.trim().split("\n").slice(-3).join("; ");
  return hoststackError(
    "CAPABILITY_MISSING",
    `this machine cannot make namespace hosts: ${words === "" ? "the first process died" : words}`,
    { cause, remedy },
  );
}
