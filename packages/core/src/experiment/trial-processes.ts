import { setMaxListeners } from "node:events";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { ProcessSpec } from "./experiment.js";
import { type Observation, ObservedProcess } from "./observed-process.js";
import { waitUntilReady } from "./readiness.js";

/** When one process fails, its peers get this long to fail too, so that the message names the cause. */
const echoMs = 500;

/** Where processes run and what is told about them. */
export interface ProcessesContext extends Observation {
  host(name: string): Host;
}

/** Someone who waits for a line of a process that is being started. */
interface Waiter {
  readonly id: string;
  readonly pattern: RegExp;
  readonly seen: () => void;
}

/** Processes of one trial while they run; disposing it leaves none, also none still starting. */
export class TrialProcesses implements AsyncDisposable {
  readonly #context: ProcessesContext;
  readonly #starting: Promise<ObservedProcess>[] = [];
  /** Started processes; the promise settles when one has ended and been judged. */
  readonly #judged = new Map<ObservedProcess, Promise<void>>();
  readonly #waiters = new Set<Waiter>();
  readonly #failure = new AbortController();
  /** Fires when the set is given up, with the first cause. */
  readonly signal: AbortSignal;

  constructor(context: ProcessesContext) {
    this.signal = AbortSignal.any([context.signal, this.#failure.signal]);
    // each process listens; many are no leak
    setMaxListeners(0, this.signal);
    this.#context = {
      ...context,
      signal: this.signal,
      onLine: (id, line, atMs) => {
        for (const waiter of this.#waiters) {
          if (waiter.id === id && waiter.pattern.test(line)) waiter.seen();
        }
        context.onLine(id, line, atMs);
      },
    };
  }

  /** Started processes, in the order of their start. */
  get processes(): readonly ObservedProcess[] {
    return [...this.#judged.keys()];
  }

  /** Starts every process once those it comes after are up; `ordered` as `startOrder` gives it. */
  async startAll(ordered: readonly ProcessSpec[]): Promise<void> {
    const up = new Map<string, Promise<void>>();
    for (const spec of ordered) {
      const before = (spec.after ?? []).map((id) => up.get(id));
      up.set(
        spec.id,
        Promise.all(before).then(() => this.#start(spec)),
      );
    }
    await Promise.all(up.values());
  }

  /** Waits for the processes that end themselves, fetches their files, and stops the others. */
  async finish(): Promise<void> {
    const own = this.processes.filter((process) => process.spec.ends === "itself");
    const ends = Promise.all(own.map((process) => this.#judged.get(process)));
    await Promise.race([ends, this.#abandoned()]);
    await this.#throwFailures();
    const others = this.processes.filter((process) => process.spec.ends === "stopped");
    await Promise.all(others.map((process) => process.stop()));
    await this.#throwFailures();
    for (const process of this.processes) await process.collect(this.#context);
  }

  /** Gives the set up: what starts or waits stops with this cause, unless there was one before. */
  giveUp(cause: unknown): void {
    this.#failure.abort(cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.giveUp(hoststackError("INTERRUPTED", "the processes are no longer needed"));
    // one that is still starting would otherwise live on unseen
    const settled = await Promise.allSettled(this.#starting);
    const started = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
  }

  async #start(spec: ProcessSpec): Promise<void> {
    this.signal.throwIfAborted();
    let seen = () => {};
    const line = new Promise<void>((resolve) => {
      seen = resolve;
    });
    // subscribed before the start, so that no line can be missed
    const pattern = spec.ready?.kind === "output" ? spec.ready.pattern : undefined;
    const waiter = pattern === undefined ? undefined : { id: spec.id, pattern, seen };
    if (waiter) this.#waiters.add(waiter);
    try {
      const starting = ObservedProcess.start(spec, this.#context.host(spec.host), this.#context);
      this.#starting.push(starting);
      const process = await starting;
      const judged = this.#judge(process);
      this.#judged.set(process, judged);
      await this.#untilReady(process, judged, line);
    } finally {
      if (waiter) this.#waiters.delete(waiter);
    }
  }

  async #untilReady(process: ObservedProcess, judged: Promise<void>, line: Promise<void>) {
    const { ready, id, host: name } = process.spec;
    if (ready === undefined) return;
    const gone = new AbortController();
    const tooSoon = judged.then(async () => {
      this.signal.throwIfAborted();
      const text = `${id} on ${name} ended before it was ready, ${await process.words()}`;
      throw hoststackError("PROCESS_DIED", text);
    });
    const signal = AbortSignal.any([this.signal, gone.signal]);
    const becoming = waitUntilReady(ready, { id, host: this.#context.host(name), line, signal });
    try {
      await Promise.race([becoming, tooSoon]);
    } catch (error) {
      if (!isHoststackError(error, "NOT_READY")) throw error;
      throw hoststackError("NOT_READY", `${error.message}, ${await process.words()}`);
    } finally {
      gone.abort();
      // whichever lost the race has nothing to say any more
      becoming.catch(() => {});
      tooSoon.catch(() => {});
    }
  }

  /** Rejects with the cause once the set is given up. */
  #abandoned(): Promise<never> {
    return new Promise((_, reject) => {
      const give = () => reject(this.signal.reason);
      if (this.signal.aborted) give();
      else this.signal.addEventListener("abort", give, { once: true });
    });
  }

  /** Waits for an end and gives the set up when it was not a planned one; never rejects. */
  async #judge(process: ObservedProcess): Promise<void> {
    try {
      await process.ended();
      if (process.failure() === undefined || this.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, echoMs));
      if (!this.signal.aborted) this.giveUp(await this.#explain());
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** Throws for processes that have failed, also for one whose failure was not yet acted on. */
  async #throwFailures(): Promise<void> {
    this.signal.throwIfAborted();
    const failed = this.processes.some((process) => process.failure() !== undefined);
    if (failed) throw await this.#explain();
  }

  /** One error that quotes every process that has failed so far. */
  async #explain(): Promise<Error> {
    const said: string[] = [];
    for (const process of this.processes) {
      const exit = process.failure();
      if (exit !== undefined) said.push(await process.describe(exit));
    }
    return hoststackError("PROCESS_DIED", said.join("; "));
  }
}
