import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { ProcessRecord } from "../result/record.js";
import type { ProcessSpec } from "./experiment.js";
import { type Observation, ObservedProcess } from "./observed-process.js";
import type { Outputs, ProcessOutput } from "./outputs.js";
import { waitUntilReady } from "./readiness.js";

/** When one process fails, its peers get this long to fail too, so that the message names the cause. */
const echoMs = 500;

/** Where processes run and what is told about them. */
export interface ProcessesContext extends Observation {
  host(name: string): Host;
}

/** What a set of processes left behind. */
export interface FinishedProcesses {
  readonly outputs: Outputs;
  readonly records: readonly ProcessRecord[];
}

/** Rejects specs that wait for unknown processes or for each other. */
function checkOrder(specs: readonly ProcessSpec[]): void {
  const up = new Set<string>();
  let waiting = [...specs];
  while (waiting.length > 0) {
    const able = waiting.filter((spec) => (spec.after ?? []).every((id) => up.has(id)));
    if (able.length === 0) {
      const names = waiting.map((spec) => spec.id).join(", ");
      throw hoststackError(
        "OPTIONS_INVALID",
        `processes wait for each other or for none: ${names}`,
      );
    }
    for (const spec of able) up.add(spec.id);
    waiting = waiting.filter((spec) => !up.has(spec.id));
  }
}

/** Processes of one trial while they run. */
class ProcessSet implements AsyncDisposable {
  readonly #context: ProcessesContext;
  readonly #started: ObservedProcess[] = [];
  /** Settle when a process has ended and its failure, if it is one, has been raised. */
  readonly #judged = new Map<ObservedProcess, Promise<void>>();
  readonly #waiters = new Set<{ id: string; pattern: RegExp; seen: () => void }>();
  readonly #failure = new AbortController();
  readonly signal: AbortSignal;

  constructor(context: ProcessesContext) {
    this.signal = AbortSignal.any([context.signal, this.#failure.signal]);
    this.#context = {
      ...context,
      onLine: (id, line, atMs) => {
        for (const waiter of this.#waiters) {
          if (waiter.id === id && waiter.pattern.test(line)) waiter.seen();
        }
        context.onLine(id, line, atMs);
      },
    };
  }

  /** Starts every process once those it comes after are up. */
  async startAll(specs: readonly ProcessSpec[]): Promise<void> {
    const up = new Map<string, Promise<void>>();
    const bring = async (spec: ProcessSpec): Promise<void> => {
      await Promise.all((spec.after ?? []).map((id) => up.get(id)));
      await this.#start(spec);
    };
    // specs are sorted so that `up` knows every process another one waits for
    for (const spec of [...specs].sort((a, b) => depth(a, specs) - depth(b, specs))) {
      up.set(spec.id, bring(spec));
    }
    await Promise.all(up.values());
  }

  async #start(spec: ProcessSpec): Promise<void> {
    this.signal.throwIfAborted();
    const host = this.#context.host(spec.host);
    const ready = spec.ready;
    let seen = () => {};
    const line = new Promise<void>((resolve) => {
      seen = resolve;
    });
    // subscribed before the start, so that no line can be missed
    const pattern = ready?.kind === "output" ? ready.pattern : undefined;
    const waiter = pattern === undefined ? undefined : { id: spec.id, pattern, seen };
    if (waiter) this.#waiters.add(waiter);
    try {
      const process = await ObservedProcess.start(spec, host, this.#context);
      this.#started.push(process);
      const judged = this.#judge(process);
      this.#judged.set(process, judged);
      if (ready === undefined) return;
      const becoming = waitUntilReady(ready, {
        id: spec.id,
        host,
        signal: this.signal,
        lineMatching: () => line,
      });
      await Promise.race([becoming, judged.then(() => this.#abandon())]);
    } finally {
      if (waiter) this.#waiters.delete(waiter);
    }
  }

  /** Rejects with the reason once the set is given up. */
  #abandon(): Promise<void> {
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
      this.#failure.abort(await this.#explain());
    } catch (error) {
      this.#failure.abort(error);
    }
  }

  /** One error that quotes every process that has failed so far. */
  async #explain(): Promise<Error> {
    const said: string[] = [];
    for (const process of this.#started) {
      const exit = process.failure();
      if (exit !== undefined) said.push(await process.describe(exit));
    }
    return hoststackError("PROCESS_DIED", said.join("; "));
  }

  /** Waits for the processes that end themselves, stops the others, and hands out what they left. */
  async finish(): Promise<FinishedProcesses> {
    const own = this.#started.filter((process) => process.spec.ends === "itself");
    await Promise.race([
      Promise.all(own.map((process) => this.#judged.get(process))),
      this.#abandon(),
    ]);
    this.signal.throwIfAborted();
    // one that should have lived on may have died too, and not have been given up for yet
    if (this.#started.some((process) => process.failure() !== undefined))
      throw await this.#explain();
    const others = this.#started.filter((process) => process.spec.ends === "stopped");
    await Promise.all(others.map((process) => process.stop()));
    const outputs = new Map<string, ProcessOutput>();
    const records: ProcessRecord[] = [];
    for (const process of this.#started) {
      const output = await process.outputs(this.#context.directory);
      outputs.set(process.spec.id, output);
      const files = [output.stdout, output.stderr, ...output.files.values()];
      records.push(
        process.record(
          await process.ended(),
          files.map((file) => file.path),
        ),
      );
    }
    return { outputs: { of: (id) => outputOf(outputs, id) }, records };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#started.map((process) => process[Symbol.asyncDispose]()));
  }
}

function depth(spec: ProcessSpec, specs: readonly ProcessSpec[]): number {
  const before = specs.filter((other) => spec.after?.includes(other.id));
  return before.length === 0 ? 0 : 1 + Math.max(...before.map((other) => depth(other, specs)));
}

function outputOf(outputs: ReadonlyMap<string, ProcessOutput>, id: string): ProcessOutput {
  const output = outputs.get(id);
  if (output === undefined) {
    throw hoststackError("PARSE_FAILED", `no process "${id}" ran, so it left no output`);
  }
  return output;
}

/**
 * Runs processes to their planned end and leaves none behind. Throws PROCESS_DIED with the
 * processes' own words when one fails or ends early, NOT_READY when one does not come up, and the
 * signal's reason when it fires.
 */
export async function runProcesses(
  specs: readonly ProcessSpec[],
  context: ProcessesContext,
): Promise<FinishedProcesses> {
  checkOrder(specs);
  await using set = new ProcessSet(context);
  try {
    await set.startAll(specs);
    return await set.finish();
  } catch (error) {
    // the first cause wins over what it made fail elsewhere
    set.signal.throwIfAborted();
    throw error;
  }
}
