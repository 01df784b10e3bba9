import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { hoststackError } from "../../errors/error.js";
import { diesWithOwner } from "../../host/owned.js";
import { hubArgv, type Wire } from "./qemu-argv.js";
import { openQmp } from "./qmp.js";

/** A running hub: what one wire brings goes out on all others. Disposing it kills its process and waits for its end. */
export interface Hub extends AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
  /** Settles with a GUEST_FAILED error once its process has ended, however it did. */
  readonly ended: Promise<Error>;
}

/** How the process ended, with what it said last. */
async function endOf(child: ChildProcess): Promise<Error> {
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-8192);
  });
  const how = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(String(error)));
    child.once("close", (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const said = words.trim() === "" ? "" : `; its last words:\n${words.trim()}`;
  return hoststackError("GUEST_FAILED", `the guests' hub: QEMU ended (${how})${said}`);
}

/**
 * Starts the hub of the data network of three guests or more, a QEMU without a machine, and waits until all its
 * wires take packets. It runs in `directory`, needs no privileges, and dies with this process. Throws GUEST_FAILED.
 */
export async function startHub(wires: readonly Wire[], directory: string): Promise<Hub> {
  const [program, ...args] = diesWithOwner(hubArgv(wires));
  const child = spawn(program, args, { cwd: directory, stdio: ["pipe", "pipe", "pipe"] });
  const ended = endOf(child);
  const dispose = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  try {
    // it answers once its wires are there
    await openQmp(child.stdin as Writable, child.stdout as Readable);
  } catch {
    child.kill("SIGKILL");
    throw await ended;
  }
  return { pid: child.pid ?? 0, ended, [Symbol.asyncDispose]: dispose };
}
