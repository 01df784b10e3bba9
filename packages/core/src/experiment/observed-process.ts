import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import type { ProcessExit } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { RunningProcess } from "../host/transport.js";
import type { ProcessRecord } from "../result/record.js";
import type { ProcessSpec } from "./experiment.js";
import { LineTap } from "./line-tap.js";
import { lastWords, type OutputFile, outputFile, type ProcessOutput } from "./outputs.js";

/** Takes each line of a process's stdout with the controller's monotonic time of its arrival. */
type LineListener = (process: string, line: string, atMs: number) => void;

/** Where a process's outputs go and who listens to them. */
export interface Observation {
  /** Directory on the controller, which must exist. */
  readonly directory: string;
  readonly onLine: LineListener;
  readonly signal: AbortSignal;
}

/** SIGINT is how the generic tools end and print their totals; a stuck one is killed after this. */
const stopDeadlineMs = 5_000;

/** A process of an experiment with its output on disk. Disposing it kills its group. */
export class ObservedProcess implements AsyncDisposable {
  readonly spec: ProcessSpec;
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
  readonly #host: Host;
  readonly #process: RunningProcess;
  readonly #written: Promise<unknown>;
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
    this.stdout = outputFile(join(at.directory, `${spec.id}.stdout`));
    this.stderr = outputFile(join(at.directory, `${spec.id}.stderr`));
    const tap = new LineTap((line) => at.onLine(spec.id, line, performance.now()));
    this.#written = Promise.all([
      pipeline(started.stdout, tap, createWriteStream(this.stdout.path)),
      pipeline(started.stderr, createWriteStream(this.stderr.path)),
    ]);
    this.#written.catch(() => {});
    started.stdin.on("error", () => {});
    started.stdin.end();
  }

  /** Starts a process; `stdbuf` makes its lines arrive as they are printed, not at its end. */
  static async start(spec: ProcessSpec, host: Host, at: Observation): Promise<ObservedProcess> {
    const started = await host.start(
      { argv: ["stdbuf", "-oL", ...spec.argv] },
      { deadlineMs: spec.deadlineMs, signal: at.signal },
    );
    return new ObservedProcess(spec, { host, started }, at);
  }

  /** Settles when the process has ended and its output is on disk. Throws when the disk fails. */
  async ended(): Promise<ProcessExit> {
    const exit = await this.#process.exit;
    this.#exit = exit;
    await this.#written.catch((cause: unknown) => {
      throw hoststackError("OUTPUT_UNWRITABLE", `${this.stdout.path}: output was not kept`, {
        cause,
      });
    });
    return exit;
  }

  /** How it ended, when it has ended otherwise than the spec calls for. */
  failure(): ProcessExit | undefined {
    const planned = this.#stopped || (this.#exit?.exitCode === 0 && this.spec.ends === "itself");
    return planned ? undefined : this.#exit;
  }

  /** Ends a process that does not end by itself: SIGINT, then SIGKILL. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#process.kill("SIGINT");
    const timer = setTimeout(() => void this.#process.kill("SIGKILL"), stopDeadlineMs);
    await this.ended().finally(() => clearTimeout(timer));
  }

  /** How it ended, in one sentence with its own last words. */
  async describe(exit: ProcessExit): Promise<string> {
    const how = exit.timedOut
      ? `passed its deadline of ${this.spec.deadlineMs / 1000} s`
      : exit.exitCode !== undefined
        ? `ended early with exit status ${exit.exitCode}`
        : `was ended by ${exit.signal ?? "a lost connection"}`;
    const words = await Promise.all([lastWords(this.stderr), lastWords(this.stdout)]);
    const said = words.find((text) => text !== "");
    return `${this.spec.id} on ${this.spec.host} ${how}${said ? `, saying: ${said}` : ", silently"}`;
  }

  /** Fetches the files it left on its host and hands out everything parsers may read. */
  async outputs(directory: string): Promise<ProcessOutput> {
    const files = new Map<string, OutputFile>();
    for (const path of this.spec.collects ?? []) {
      const target = join(directory, `${this.spec.id}.${basename(path)}`);
      await writeFile(target, await this.#host.readFile(path));
      files.set(path, outputFile(target));
    }
    return { stdout: this.stdout, stderr: this.stderr, files };
  }

  /** The record of a process that has ended. */
  record(exit: ProcessExit, files: readonly string[]): ProcessRecord {
    return {
      id: this.spec.id,
      host: this.spec.host,
      argv: [...this.#process.command.argv],
      exitCode: exit.exitCode ?? null,
      signal: exit.signal ?? null,
      stopped: this.#stopped,
      durationS: exit.durationMs / 1000,
      files: [...files],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#written.catch(() => {});
  }
}
