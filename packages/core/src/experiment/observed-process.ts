import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import type { ProcessExit } from "../command/command.js";
import { limitedArgv } from "../command/limits.js";
import { preloadedArgv } from "../command/preload.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { RunningProcess } from "../host/transport.js";
import type { ProcessRecord } from "../result/record.js";
import { collectFile } from "./collect-file.js";
import { confirmStart } from "./confirm-start.js";
import type { ProcessSpec } from "./experiment.js";
import { LineTap } from "./line-tap.js";
import { lastWords, type OutputFile, outputFile, type ProcessOutput } from "./outputs.js";

/** Where a process's outputs go and who listens to them. */
export interface Observation {
  /** Directory on the controller, which must exist. */
  readonly directory: string;
  /** Takes each line of stdout with the controller's monotonic time of its arrival. */
  readonly onLine: (process: string, line: string, atMs: number) => void;
  readonly signal: AbortSignal;
}

/** SIGINT is how the generic tools end and print their totals; a stuck one is killed after this. */
const stopDeadlineMs = 5_000;
/** Exit status of a shell whose child ended by SIGINT. */
const interruptedStatus = 130;

/**
 * The command line that is started: `stdbuf` makes lines arrive as they are printed, not at the end. What
 * is preloaded comes behind it, so that only the program itself gets it.
 */
export function observedArgv(
  spec: Pick<ProcessSpec, "argv" | "limits" | "preloads">,
): readonly [string, ...string[]] {
  const { argv, limits = {}, preloads = [] } = spec;
  const buffered = ["stdbuf", "-oL", ...preloadedArgv(argv, preloads)];
  const [file = "", ...args] = limitedArgv(buffered, limits);
  return [file, ...args];
}

/** A process of an experiment with its output on disk. Disposing it kills its group. */
export class ObservedProcess implements AsyncDisposable {
  readonly spec: ProcessSpec;
  readonly #stdout: OutputFile;
  readonly #stderr: OutputFile;
  readonly #host: Host;
  readonly #process: RunningProcess;
  readonly #written: Promise<unknown>;
  readonly #collected = new Map<string, OutputFile>();
  #stopped = false;
  #exit: ProcessExit | undefined;

  private constructor(
    spec: ProcessSpec,
    on: { host: Host; started: RunningProcess },
    at: Observation,
  ) {
    const { host, started } = on;
    this.spec = spec;
    this.#host = host;
    this.#process = started;
    this.#stdout = outputFile(join(at.directory, `${spec.id}.stdout`));
    this.#stderr = outputFile(join(at.directory, `${spec.id}.stderr`));
    const tap = new LineTap((line) => at.onLine(spec.id, line, performance.now()));
    this.#written = Promise.all([
      pipeline(started.stdout, tap, createWriteStream(this.#stdout.path)),
      pipeline(started.stderr, createWriteStream(this.#stderr.path)),
    ]);
    // a process whose output nobody can take any more would block for ever
    this.#written.catch(() => void started.kill("SIGKILL"));
    started.stdin.on("error", () => {});
    started.stdin.end();
  }

  /** Starts a process. Throws NOT_READY when it runs otherwise than its spec says. */
  static async start(spec: ProcessSpec, host: Host, at: Observation): Promise<ObservedProcess> {
    const started = await host.start(
      { argv: observedArgv(spec) },
      { deadlineMs: spec.deadlineMs, signal: at.signal },
    );
    const process = new ObservedProcess(spec, { host, started }, at);
    try {
      await confirmStart(spec, { host, pid: started.pid, signal: at.signal });
    } catch (error) {
      await process[Symbol.asyncDispose]();
      throw error;
    }
    return process;
  }

  /**
   * Settles when the process has ended and its output is on disk. Throws OUTPUT_UNWRITABLE when the
   * disk fails, HOST_UNREACHABLE when the connection was lost.
   */
  async ended(): Promise<ProcessExit> {
    const exit = await this.#process.exit;
    this.#exit = exit;
    await this.#written.catch((cause: unknown) => {
      if (exit.connectionLost) return;
      throw hoststackError("OUTPUT_UNWRITABLE", `${this.#stdout.path}: output was not kept`, {
        cause,
      });
    });
    if (exit.connectionLost) {
      const text = `the connection to ${this.spec.host} was lost while ${this.spec.id} ran`;
      throw hoststackError("HOST_UNREACHABLE", text);
    }
    return exit;
  }

  /** How it ended, when it has ended otherwise than the spec calls for. */
  failure(): ProcessExit | undefined {
    const exit = this.#exit;
    if (exit === undefined) return undefined;
    const byItself = exit.exitCode === 0;
    const byUs = byItself || exit.signal === "SIGINT" || exit.exitCode === interruptedStatus;
    const inTime = !exit.timedOut && !exit.aborted;
    const planned = this.#stopped ? byUs : byItself && this.spec.ends === "itself";
    return planned && inTime ? undefined : exit;
  }

  /** Ends a process that does not end by itself: SIGINT, then SIGKILL, which counts as failure. */
  async stop(): Promise<void> {
    if (this.#exit !== undefined) return;
    this.#stopped = true;
    await this.#process.kill("SIGINT");
    const timer = setTimeout(() => void this.#process.kill("SIGKILL"), stopDeadlineMs);
    await this.ended().finally(() => clearTimeout(timer));
  }

  /** How it ended, in one sentence with its own last words. */
  async describe(exit: ProcessExit): Promise<string> {
    const early = this.#stopped ? "after SIGINT" : "early";
    const how = exit.timedOut
      ? `passed its deadline of ${this.spec.deadlineMs / 1000} s`
      : exit.exitCode !== undefined
        ? `ended ${early} with exit status ${exit.exitCode}`
        : `was ended by ${exit.signal ?? "an unknown cause"}`;
    return `${this.spec.id} on ${this.spec.host} ${how}, ${await this.words()}`;
  }

  /** What it said last, from stderr or else stdout. */
  async words(): Promise<string> {
    const words = await Promise.all([lastWords(this.#stderr), lastWords(this.#stdout)]);
    const said = words.find((text) => text !== "");
    return said === undefined ? "silently" : `saying: ${said}`;
  }

  /** Fetches the files it left on its host. */
  async collect(at: Observation): Promise<void> {
    for (const [index, path] of (this.spec.collects ?? []).entries()) {
      const target = join(at.directory, `${this.spec.id}.file${index}.${basename(path)}`);
      await collectFile({ host: this.#host, path, process: this.spec.id }, target, at.signal);
      this.#collected.set(path, outputFile(target));
    }
  }

  /** Everything parsers may read. */
  output(): ProcessOutput {
    return { stdout: this.#stdout, stderr: this.#stderr, files: this.#collected };
  }

  /** The record of a process that has ended. */
  record(): ProcessRecord {
    const files = [this.#stdout, this.#stderr, ...this.#collected.values()];
    return {
      id: this.spec.id,
      host: this.spec.host,
      argv: [...this.#process.command.argv],
      exitCode: this.#exit?.exitCode ?? null,
      signal: this.#exit?.signal ?? null,
      stopped: this.#stopped,
      durationS: (this.#exit?.durationMs ?? 0) / 1000,
      files: files.map((file) => file.path),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    this.#exit ??= await this.#process.exit;
    await this.#written.catch(() => {});
  }
}
