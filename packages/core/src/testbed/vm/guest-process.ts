import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { hoststackError } from "../../errors/error.js";
import type { ClockSample } from "../../facts/clock-rate.js";
import { diesWithOwner } from "../../host/owned.js";
import {
  type ConsoleState,
  consoleBeyond,
  consoleTail,
  consoleText,
  toldKernel,
} from "./console-log.js";
import { askWaitingGuest } from "./guest-clock.js";
import {
  consoleDescriptor,
  consoleFile,
  type GuestHardware,
  type GuestWiring,
  guestArgv,
  stateFile,
} from "./qemu-argv.js";
import { openQmp, parseForwardedPort, type Qmp } from "./qmp.js";
import { running, saveState } from "./save-state.js";

/** What starting a guest takes. */
export interface GuestStart {
  readonly name: string;
  readonly hardware: GuestHardware;
  readonly wiring: Omit<GuestWiring, "resumed">;
  /** Absolute path of a state the guest goes on from. @default it boots */
  readonly state?: string | undefined;
  /** Private directory of the guest; QEMU runs in it. */
  readonly directory: string;
  /** Most time until the guest says that it is up. */
  readonly bootDeadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a guest says once it knows who it is. */
interface GuestAnswer {
  /** Most that its wall clock can be late, in ms. */
  readonly lateMs: number;
  /** The kernel it runs; undefined when it does not say. */
  readonly kernelRelease: string | undefined;
}

/** A guest that waits to be told who it is, or is up. Disposing it kills its QEMU and waits until that is gone. */
export interface RunningGuest extends AsyncDisposable {
  readonly name: string;
  /** Port on 127.0.0.1 at which the guest's SSH server answers. */
  readonly sshPort: number;
  /** Process id of its QEMU. */
  readonly pid: number;
  /** Settles with a GUEST_FAILED error once QEMU has ended, however it did. */
  readonly ended: Promise<Error>;
  /** Writes the state of the guest to a file that is not there yet, by its absolute path; the guest goes on afterwards. */
  saveState(file: string): Promise<void>;
  /** What the clock of a guest that waits says, as far as it answers; all of it before it is told who it is. */
  askClock(): Promise<readonly ClockSample[]>;
  /**
   * Tells the guest who it is (guest-config.ts) and waits until it is up. Throws GUEST_FAILED with the console's last
   * lines.
   */
  tell(words: (now: number) => string): Promise<GuestAnswer>;
  /** The error to throw for something that went wrong in the guest, with its console's last lines. */
  failure(what: string, cause?: unknown): Promise<Error>;
}

type Qemu = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a guest and waits until it can be told who it is. Throws GUEST_FAILED with the console's last lines. */
export async function startGuest(start: GuestStart): Promise<RunningGuest> {
  const { directory } = start;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  start.signal?.throwIfAborted();
  await rm(join(directory, stateFile), { force: true });
  if (start.state !== undefined) await symlink(start.state, join(directory, stateFile));
  const wiring = { ...start.wiring, resumed: start.state !== undefined };
  const [program, ...args] = diesWithOwner(guestArgv(start.hardware, wiring));
  const child = spawn(program, args, { cwd: directory, stdio: ["pipe", "pipe", "pipe", "pipe"] });
  const guest = new Guest(start, child as Qemu);
  try {
    await guest.untilWaiting();
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
  readonly #start: GuestStart;
  readonly #child: Qemu;
  readonly #words: Duplex;
  readonly #deadline: AbortSignal;
  readonly #console: string;
  readonly #gone: Promise<void>;
  #qmp: Qmp | undefined;
  #stderr = "";
  #how = "";

  constructor(start: GuestStart, child: Qemu) {
    this.name = start.name;
    this.pid = child.pid ?? 0;
    this.#start = start;
    this.#child = child;
    this.#console = join(start.directory, consoleFile);
    this.#deadline = AbortSignal.timeout(start.bootDeadlineMs);
    this.#words = child.stdio[consoleDescriptor] as Duplex;
    // QEMU waits for who does not read; all of it is in the log as well
    this.#words.resume().on("error", () => {});
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

  /** Waits until the guest can be told who it is, it ends, or the time is over. */
  async untilWaiting(): Promise<void> {
    await this.#inTime(async (signal) => {
      const qmp = await this.#monitor();
      this.sshPort = await this.#forwardedPort(qmp);
      if (this.#start.state === undefined) await this.#says("waiting", ["booting"], signal);
      else await running(qmp, signal);
    });
  }

  async askClock(): Promise<readonly ClockSample[]> {
    return await this.#inTime((signal) => askWaitingGuest(this.#words, signal));
  }

  async tell(words: (now: number) => string): Promise<GuestAnswer> {
    return await this.#inTime(async (signal) => {
      const now = Date.now();
      this.#words.write(words(now));
      await this.#says("told", ["booting", "waiting"], signal);
      const lateMs = Date.now() - now;
      await this.#says("ready", ["told"], signal);
      return { lateMs, kernelRelease: toldKernel(await consoleText(this.#console)) };
    });
  }

  /** Does a part of what makes up a guest, unless the guest ends or its time is over first. */
  async #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal: caller, bootDeadlineMs } = this.#start;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#deadline, ...(caller ? [caller] : [])]);
    const ended = this.ended.then((error) => {
      throw error;
    });
    ended.catch(() => {});
    try {
      return await Promise.race([ended, work(signal), aborted(signal)]);
    } catch (error) {
      caller?.throwIfAborted();
      if (!this.#deadline.aborted) throw error;
      throw await this.failure(`it did not come up within ${bootDeadlineMs / 1000} s`, error);
    } finally {
      stop.abort();
    }
  }

  async #monitor(): Promise<Qmp> {
    this.#qmp = await openQmp(this.#child.stdin, this.#child.stdout).catch(async () => {
      throw await this.ended;
    });
    return this.#qmp;
  }

  async #forwardedPort(qmp: Qmp): Promise<number> {
    const command = { "command-line": "info usernet" };
    const usernet = String(await qmp.execute("human-monitor-command", command));
    const port = parseForwardedPort(usernet);
    if (port === undefined) throw await this.failure(`QEMU forwards no port: ${usernet}`);
    return port;
  }

  /** Waits until the console has left the states before; one that gives up then is the guest's failure. */
  async #says(wanted: ConsoleState, before: ConsoleState[], signal: AbortSignal): Promise<void> {
    const state = await consoleBeyond(this.#console, before, signal);
    if (typeof state === "object") throw await this.failure(state.failed);
    if (state !== wanted && state !== "ready") throw await this.failure(`it is ${state}`);
  }

  async saveState(file: string): Promise<void> {
    if (this.#qmp === undefined) throw new Error("the guest has not been started");
    const link = join(this.#start.directory, stateFile);
    await symlink(file, link);
    try {
      await saveState(this.#qmp, stateFile);
    } finally {
      await rm(link);
    }
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
