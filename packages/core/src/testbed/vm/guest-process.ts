import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { hoststackError } from "../../errors/error.js";
import { diesWithOwner } from "../../host/owned.js";
import { consoleSettled, consoleTail, consoleText } from "./console-log.js";
import { type GuestHardware, type GuestWiring, guestArgv, stateFile } from "./qemu-argv.js";
import { openQmp, parseForwardedPort, type Qmp } from "./qmp.js";
import { saveState } from "./save-state.js";

/** What starting a guest takes. */
export interface GuestStart {
  readonly name: string;
  readonly hardware: GuestHardware;
  /** Without the files, which are written into the guest's directory. */
  readonly wiring: Omit<GuestWiring, "files" | "resumed">;
  /** Content by name of what the guest is handed in privately. */
  readonly handedIn: Readonly<Record<string, string | Uint8Array>>;
  /** Absolute path of a state the guest goes on from. @default it boots */
  readonly state?: string | undefined;
  /** Private directory of the guest; QEMU runs in it. */
  readonly directory: string;
  /** Most time until the guest says that it is up. */
  readonly bootDeadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A guest that is up. Disposing it kills its QEMU and waits until that is gone. */
export interface RunningGuest extends AsyncDisposable {
  readonly name: string;
  /** Port on 127.0.0.1 at which the guest's SSH server answers. */
  readonly sshPort: number;
  /** Process id of its QEMU. */
  readonly pid: number;
  /** Settles with a GUEST_FAILED error once QEMU has ended, however it did. */
  readonly ended: Promise<Error>;
  /** Stops the guest for good and writes its state to a file of its directory, whose path is returned. */
  saveState(): Promise<string>;
  /** The error to throw for something that went wrong in the guest, with its console's last lines. */
  failure(what: string, cause?: unknown): Promise<Error>;
}

type Qemu = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a guest and waits until it is up or, where it is told to, waits. Throws GUEST_FAILED with the console's last lines. */
export async function startGuest(start: GuestStart): Promise<RunningGuest> {
  const { directory, handedIn } = start;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(handedIn)) {
    await writeFile(join(directory, name), content, { mode: 0o600 });
  }
  const files = Object.fromEntries(Object.keys(handedIn).map((name) => [name, name]));
  start.signal?.throwIfAborted();
  await rm(join(directory, stateFile), { force: true });
  if (start.state !== undefined) await symlink(start.state, join(directory, stateFile));
  const wiring = { ...start.wiring, files, resumed: start.state !== undefined };
  const [program, ...args] = diesWithOwner(guestArgv(start.hardware, wiring));
  const child = spawn(program, args, { cwd: directory, stdio: ["pipe", "pipe", "pipe"] });
  const guest = new Guest(start, child);
  try {
    await guest.up(start);
  } catch (error) {
    await guest[Symbol.asyncDispose]();
    throw error;
  }
  return guest;
}

class Guest implements RunningGuest {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<Error>;
  sshPort = 0;
  readonly #child: Qemu;
  readonly #directory: string;
  readonly #console: string;
  readonly #gone: Promise<void>;
  #qmp: Qmp | undefined;
  #stderr = "";
  #how = "";

  constructor(start: GuestStart, child: Qemu) {
    this.name = start.name;
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#directory = start.directory;
    this.#console = join(start.directory, "console.log");
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-8192);
    });
    this.#gone = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#how = String(error);
        resolve();
      });
      child.once("close", (code, signal) => {
        this.#how ||= signal === null ? `exit status ${code}` : `${signal}`;
        resolve();
      });
    });
    this.ended = this.#gone.then(() => this.failure(`QEMU ended (${this.#how})`));
  }

  /** Waits until the guest is up, it ends, or the time is over. */
  async up(start: GuestStart): Promise<void> {
    const deadline = AbortSignal.timeout(start.bootDeadlineMs);
    const stop = new AbortController();
    const signal = AbortSignal.any([
      stop.signal,
      deadline,
      ...(start.signal ? [start.signal] : []),
    ]);
    const ended = this.ended.then((error) => {
      throw error;
    });
    ended.catch(() => {});
    try {
      await Promise.race([ended, this.#boot(signal), aborted(signal)]);
    } catch (error) {
      start.signal?.throwIfAborted();
      if (!deadline.aborted) throw error;
      const seconds = start.bootDeadlineMs / 1000;
      throw await this.failure(`it did not come up within ${seconds} s`, error);
    } finally {
      stop.abort();
    }
  }

  async #boot(signal: AbortSignal): Promise<void> {
    const qmp = await openQmp(this.#child.stdin, this.#child.stdout).catch(async () => {
      throw await this.ended;
    });
    this.#qmp = qmp;
    const command = { "command-line": "info usernet" };
    const usernet = String(await qmp.execute("human-monitor-command", command));
    const port = parseForwardedPort(usernet);
    if (port === undefined) throw await this.failure(`QEMU forwards no port: ${usernet}`);
    this.sshPort = port;
    const state = await consoleSettled(this.#console, signal);
    if (typeof state === "object") throw await this.failure(state.failed);
  }

  async saveState(): Promise<string> {
    if (this.#qmp === undefined) throw new Error("the guest has not been started");
    await saveState(this.#qmp, stateFile);
    return join(this.#directory, stateFile);
  }

  async failure(what: string, cause?: unknown): Promise<Error> {
    const text = consoleTail(await consoleText(this.#console));
    const said = [text, this.#stderr.trim()].filter(Boolean).join("\n");
    const message = `guest ${this.name}: ${what}${said === "" ? "" : `; its last words:\n${said}`}`;
    return hoststackError("GUEST_FAILED", message, {
      ...(cause === undefined ? {} : { cause }),
      details: { guest: this.name, console: text, stderr: this.#stderr },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }
}

/** Rejects once the signal fires. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
