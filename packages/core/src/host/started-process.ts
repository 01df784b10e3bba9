import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import type { Command, ProcessExit } from "../command/command.js";
import type { RunningProcess, StartOptions } from "./transport.js";

/** Time between SIGTERM and SIGKILL when a deadline passes or the caller aborts. */
const killGraceMs = 2000;
/** How long output may stay open after SIGKILL: only a process that left the group holds it. */
const abandonAfterMs = 1000;

/** How a process ended, as its transport saw it. */
export interface Ending {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly timedOut?: boolean;
  readonly connectionLost?: boolean;
}

/** What a transport knows of a process it started. */
export interface ProcessParts {
  readonly command: Command;
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Monotonic time of the start. */
  readonly startedAt: number;
  /** Settles when the process has ended and both streams are closed; never rejects. */
  readonly ended: Promise<Ending>;
  /** Signals every process of the group; does nothing when the group is gone; never throws. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Closes what a process outside the group still holds open. */
  abandon(): void;
}

/** A process as callers see it: abort, escalation and disposal are the same for every transport. */
export class StartedProcess implements RunningProcess {
  readonly command: Command;
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<ProcessExit>;
  readonly #parts: ProcessParts;
  readonly #timers: NodeJS.Timeout[] = [];
  #ended = false;
  #reason: "timedOut" | "aborted" | undefined;

  constructor(parts: ProcessParts, options: StartOptions) {
    this.#parts = parts;
    this.command = parts.command;
    this.pid = parts.pid;
    this.stdin = parts.stdin;
    this.stdout = parts.stdout;
    this.stderr = parts.stderr;
    const abort = () => this.#end("aborted");
    options.signal?.addEventListener("abort", abort, { once: true });
    this.exit = this.#settle(() => options.signal?.removeEventListener("abort", abort));
    if (options.signal?.aborted) abort();
  }

  /** Ends the group as a passed deadline does; for transports that watch the time themselves. */
  passDeadlineAfter(deadlineMs: number): void {
    if (!this.#ended) this.#after(deadlineMs, () => this.#end("timedOut"));
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (!this.#ended) this.#parts.signalGroup(signal);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#killHard();
    await this.exit;
  }

  async #settle(forget: () => void): Promise<ProcessExit> {
    const ending = await this.#parts.ended;
    this.#ended = true;
    forget();
    for (const timer of this.#timers) clearTimeout(timer);
    const timedOut = ending.timedOut === true || this.#reason === "timedOut";
    // The first of the group may be gone while others ignore SIGTERM.
    if (timedOut || this.#reason !== undefined) this.#parts.signalGroup("SIGKILL");
    return {
      exitCode: ending.exitCode,
      signal: ending.signal,
      timedOut,
      aborted: this.#reason === "aborted",
      durationMs: performance.now() - this.#parts.startedAt,
      ...(ending.connectionLost === true ? { connectionLost: true } : {}),
    };
  }

  #end(reason: "timedOut" | "aborted"): void {
    if (this.#ended || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#parts.signalGroup("SIGTERM");
    this.#after(killGraceMs, () => this.#killHard());
  }

  #killHard(): void {
    this.#parts.signalGroup("SIGKILL");
    if (this.#ended) return;
    // Nobody may be reading: unread output would keep the streams open for ever.
    this.stdout.resume();
    this.stderr.resume();
    this.#after(abandonAfterMs, () => this.#parts.abandon());
  }

  #after(ms: number, action: () => void): void {
    this.#timers.push(setTimeout(action, ms));
  }
}
