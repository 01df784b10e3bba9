import { isHoststackError } from "@hoststack/tools/error";
import type { Command, ProcessExit } from "../../command/command.js";
import type { BatchCommand, BatchOptions } from "../batch.js";
import type { Host } from "../host.js";
import type { RunningProcess, StartOptions } from "../transport.js";
import {
  shownCommand,
  type TranscriptEnding,
  type TranscriptEntry,
  type TranscriptVerb,
} from "./entry.js";
import type { Secrets } from "./secrets.js";

/** Where lines go, and what must not be in them. */
export interface TranscriptSink {
  readonly secrets: Secrets;
  write(entry: TranscriptEntry): void;
}

/** Wall time since now, in ms with two decimals. */
function stopwatch(): () => number {
  const startedAt = performance.now();
  return () => Math.round((performance.now() - startedAt) * 100) / 100;
}

function endingOf(exit: ProcessExit): TranscriptEnding {
  return {
    ...(exit.exitCode === undefined ? {} : { exitCode: exit.exitCode }),
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    ...(exit.timedOut ? { timedOut: true } : {}),
    ...(exit.aborted ? { aborted: true } : {}),
    ...(exit.connectionLost === true ? { connectionLost: true } : {}),
  };
}

/** What an error says of the command it is about. */
function endingOfError(error: unknown): TranscriptEnding {
  if (!isHoststackError(error)) return { error: "UNEXPECTED" };
  const { exitCode, signal } = error.details as { exitCode?: unknown; signal?: unknown };
  return {
    ...(typeof exitCode === "number" ? { exitCode } : {}),
    ...(typeof signal === "string" ? { signal } : {}),
    ...(error.code === "COMMAND_TIMED_OUT" ? { timedOut: true } : {}),
    ...(error.code === "INTERRUPTED" ? { aborted: true } : {}),
    error: error.code,
  };
}

/** Writes the lines of one host. */
class Scribe {
  readonly #host: string;
  readonly #sink: TranscriptSink;
  #count = 0;

  constructor(host: string, sink: TranscriptSink) {
    this.#host = host;
    this.#sink = sink;
  }

  write(how: TranscriptVerb, line: Omit<TranscriptEntry, "at" | "host" | "how">): void {
    this.#sink.write({ at: new Date().toISOString(), host: this.#host, how, ...line });
  }

  shown(command: Command) {
    return shownCommand(this.#sink.secrets.masked(command));
  }

  /** One line when the command has ended, however it did. */
  async once<T>(
    what: { how: TranscriptVerb; command: Command },
    work: () => Promise<T>,
    ending: (result: T) => TranscriptEnding,
  ): Promise<T> {
    const elapsedMs = stopwatch();
    const line = (end: TranscriptEnding) =>
      this.write(what.how, { ...this.shown(what.command), ...end, ms: elapsedMs() });
    try {
      const result = await work();
      line(ending(result));
      return result;
    } catch (error) {
      line(endingOfError(error));
      throw error;
    }
  }

  /** One line when the process runs, one when it has ended. */
  async start(command: Command, work: () => Promise<RunningProcess>): Promise<RunningProcess> {
    const elapsedMs = stopwatch();
    const shown = this.shown(command);
    this.#count += 1;
    const id = this.#count;
    try {
      const process = await work();
      this.write("start", { id, ...shown, pid: process.pid });
      void process.exit.then((exit) =>
        this.write("start", { id, ...endingOf(exit), ms: elapsedMs() }),
      );
      return process;
    } catch (error) {
      this.write("start", { id, ...shown, ...endingOfError(error), ms: elapsedMs() });
      throw error;
    }
  }

  /** One line for each command, when the batch has ended. */
  async batch(host: Host, commands: readonly BatchCommand[], options?: BatchOptions) {
    const elapsedMs = stopwatch();
    this.#count += 1;
    const id = this.#count;
    const lines = (end: (index: number) => TranscriptEnding, count: number) => {
      const ms = elapsedMs();
      for (const [index, command] of commands.slice(0, count).entries()) {
        this.write("batch", { id, ...this.shown(command), ...end(index), ms });
      }
    };
    try {
      const results = await host.batch(commands, options);
      lines((index) => {
        const exitCode = results[index]?.exitCode;
        return exitCode === undefined ? {} : { exitCode };
      }, results.length);
      return results;
    } catch (error) {
      // Which of them ran is not known.
      lines(() => endingOfError(error), commands.length);
      throw error;
    }
  }
}

/** The same host, with every command that goes to it written to a transcript. */
export function transcribed(host: Host, sink: TranscriptSink): Host {
  const scribe = new Scribe(host.name, sink);
  const start = (command: Command, options?: StartOptions) =>
    scribe.start(command, () => host.start(command, options));
  const { transport } = host;
  const connectedBy = transport.connectedBy?.bind(transport);
  const file = (how: "readFile" | "writeFile", path: string) => ({
    how,
    command: { argv: [path] as const },
  });
  return {
    ...host,
    transport: {
      kind: transport.kind,
      ...(connectedBy === undefined ? {} : { connectedBy }),
      start,
      [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
    },
    start,
    run: (command, options) =>
      scribe.once({ how: "run", command }, () => host.run(command, options), endingOf),
    batch: (commands, options) => scribe.batch(host, commands, options),
    readFile: (path) => scribe.once(file("readFile", path), () => host.readFile(path), wentWell),
    writeFile: (path, content, mode) =>
      scribe.once(file("writeFile", path), () => host.writeFile(path, content, mode), wentWell),
  };
}

const wentWell = (): TranscriptEnding => ({ exitCode: 0 });
