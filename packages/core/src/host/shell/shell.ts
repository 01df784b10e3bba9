import { randomBytes } from "node:crypto";
import type { BatchCommand, BatchOptions, BatchResult } from "../batch.js";
import type { RunningProcess, Transport } from "../transport.js";
import { type BatchEnd, batchError } from "./batch-error.js";
import { batchText, openingText } from "./batch-text.js";
import { MarkedStream } from "./marked-stream.js";

const defaultDeadlineMs = 60_000;
const defaultMaxOutputBytes = 16 * 1024 * 1024;

/** A batch while its shell runs it. */
interface Exchange {
  readonly streams: readonly [MarkedStream, MarkedStream];
  /** Looks at what has come in. */
  progress(outcome: "overflow" | undefined): void;
}

/**
 * A long-lived POSIX `sh` on a host, which runs one batch at a time. It reads commands from its standard
 * input; theirs is elsewhere. Nothing is asked in between: a batch is one write there and one answer.
 */
export class Shell {
  readonly #process: RunningProcess;
  readonly #abort: AbortController;
  readonly #host: string;
  #exchange: Exchange | undefined;
  #ended = false;

  private constructor(host: string, process: RunningProcess, abort: AbortController) {
    this.#host = host;
    this.#process = process;
    this.#abort = abort;
    void process.exit.then(() => {
      this.#ended = true;
    });
    // Between batches too: a process left behind may write at any time, and must not be held back.
    for (const [index, stream] of [process.stdout, process.stderr].entries()) {
      stream.on("data", (chunk: Buffer) => {
        this.#exchange?.progress(this.#exchange.streams[index]?.take(chunk));
      });
    }
    process.stdin.write(openingText);
  }

  /** Starts a shell. Throws as `Transport.start` does. */
  static async open(host: { name: string; transport: Transport }): Promise<Shell> {
    const abort = new AbortController();
    const process = await host.transport.start({ argv: ["sh"] }, { signal: abort.signal });
    return new Shell(host.name, process, abort);
  }

  /** It can run another batch. */
  get usable(): boolean {
    return !this.#ended && !this.#abort.signal.aborted;
  }

  /**
   * Runs a batch; every failure ends the shell, with all that ran in it, before it is thrown:
   * COMMAND_FAILED, COMMAND_TIMED_OUT, INTERRUPTED, HOST_UNREACHABLE.
   */
  async run(
    commands: readonly BatchCommand[],
    options: BatchOptions,
  ): Promise<readonly BatchResult[]> {
    const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const token = randomBytes(16).toString("hex");
    const streams = [new MarkedStream(token, limit), new MarkedStream(token, limit)] as const;
    const end = this.#endOf({ streams, count: commands.length, deadlineMs, options });
    const stopOnFailure = options.stopOnFailure ?? false;
    this.#process.stdin.write(batchText(commands, { token, stopOnFailure }));
    const how = await end;
    this.#exchange = undefined;
    if (how !== "done") {
      // SIGTERM first, as everywhere; SIGKILL to what does not mind it.
      this.#abort.abort();
      const { connectionLost } = await this.#process.exit;
      const command = commands[streams[0].parts.length];
      const end = how === "ended" && connectionLost === true ? "lost" : how;
      throw batchError(end, { host: this.#host, command, deadlineMs, limit });
    }
    return results(commands, streams);
  }

  #endOf(exchange: {
    streams: readonly [MarkedStream, MarkedStream];
    count: number;
    deadlineMs: number;
    options: BatchOptions;
  }): Promise<"done" | BatchEnd> {
    const { streams, count, options } = exchange;
    return new Promise((settle) => {
      const timer = setTimeout(() => finish("late"), exchange.deadlineMs);
      const abort = () => finish("aborted");
      const finish = (how: "done" | BatchEnd) => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", abort);
        settle(how);
      };
      options.signal?.addEventListener("abort", abort);
      void this.#process.exit.then(() => finish("ended"));
      const progress = (outcome: "overflow" | undefined) => {
        if (outcome === "overflow") finish("overflow");
        else if (isComplete(streams, { count, stops: options.stopOnFailure === true })) {
          finish("done");
        }
      };
      this.#exchange = { streams, progress };
    });
  }

  /** Kills the shell and all that runs in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

function isComplete(
  [stdout, stderr]: readonly [MarkedStream, MarkedStream],
  batch: { count: number; stops: boolean },
): boolean {
  const { length } = stdout.parts;
  if (length !== stderr.parts.length) return false;
  if (length === batch.count) return true;
  return batch.stops && length > 0 && stdout.parts[length - 1]?.exitCode !== 0;
}

function results(
  commands: readonly BatchCommand[],
  [stdout, stderr]: readonly [MarkedStream, MarkedStream],
): BatchResult[] {
  return stdout.parts.map(({ bytes, exitCode }, index) => ({
    command: commands[index] as BatchCommand,
    exitCode,
    stdout: bytes.toString(),
    stderr: stderr.parts[index]?.bytes.toString() ?? "",
  }));
}
