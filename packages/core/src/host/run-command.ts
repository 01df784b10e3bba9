import type { Readable } from "node:stream";
import type { Command, CommandResult, ProcessExit } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { RunOptions } from "./host.js";
import type { RunningProcess, Transport } from "./transport.js";

const defaultDeadlineMs = 60_000;
const defaultMaxOutputBytes = 16 * 1024 * 1024;
/** How much of stderr an error message shows. */
const shownLines = 5;
const shownCharacters = 1000;

/** What to run, and on which host. */
export interface CommandOnHost {
  readonly name: string;
  readonly transport: Transport;
  readonly command: Command;
}

/** A finished command with its standard output as bytes. */
export interface BytesResult extends Omit<CommandResult, "stdout"> {
  readonly stdout: Uint8Array;
}

/** Runs a command to its end and keeps its output as text. Throws as `runForBytes` does. */
export async function runCommand(run: CommandOnHost, options: RunOptions): Promise<CommandResult> {
  const result = await runForBytes(run, options);
  return { ...result, stdout: Buffer.from(result.stdout).toString() };
}

/**
 * Runs a command to its end. Throws what `start` throws, HOST_UNREACHABLE when the connection was
 * lost, COMMAND_FAILED when more output came than is kept, and unless `reject` is false COMMAND_FAILED,
 * COMMAND_TIMED_OUT or INTERRUPTED when it did not end by itself with status 0.
 */
export async function runForBytes(run: CommandOnHost, options: RunOptions): Promise<BytesResult> {
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const started = await run.transport.start(run.command, { ...options, deadlineMs });
  started.stdin.end(options.stdin ?? "");
  const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const streams = [started.stdout, started.stderr].map((stream) => collect(stream, limit));
  const overflow = Promise.race(streams.map(({ overflowed }) => overflowed));
  const exit = await Promise.race([started.exit, overflow]);
  if (exit === "overflow") return await tooMuchOutput({ run, started, limit });
  const [stdout, stderr] = streams.map(({ bytes }) => bytes()) as [Buffer, Buffer];
  const ok = exit.exitCode === 0 && !exit.timedOut && !exit.aborted;
  const result = { ...exit, ok, command: run.command, host: run.name, stdout };
  const full: BytesResult = { ...result, stderr: stderr.toString() };
  if (exit.connectionLost === true) throw failure(full, { deadlineMs, why: "lost" });
  if (!ok && options.reject !== false) throw failure(full, { deadlineMs, why: reasonOf(exit) });
  return full;
}

function collect(stream: Readable, limit: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  const overflowed = new Promise<"overflow">((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) resolve("overflow");
      else chunks.push(chunk);
    });
  });
  return { overflowed, bytes: () => Buffer.concat(chunks) };
}

async function tooMuchOutput(at: {
  run: CommandOnHost;
  started: RunningProcess;
  limit: number;
}): Promise<never> {
  await at.started[Symbol.asyncDispose]();
  const { command, name } = at.run;
  throw hoststackError(
    "COMMAND_FAILED",
    `"${command.argv[0]}" on ${name} printed more than ${at.limit} bytes and was ended`,
    {
      remedy: "raise maxOutputBytes, or use start and read the output as it comes",
      details: { argv: command.argv, host: name, maxOutputBytes: at.limit },
    },
  );
}

type Reason = "aborted" | "failed" | "lost" | "timedOut";

function reasonOf(exit: ProcessExit): Reason {
  if (exit.aborted) return "aborted";
  return exit.timedOut ? "timedOut" : "failed";
}

const codes = {
  aborted: "INTERRUPTED",
  failed: "COMMAND_FAILED",
  lost: "HOST_UNREACHABLE",
  timedOut: "COMMAND_TIMED_OUT",
} as const;

function failure(result: BytesResult, { deadlineMs, why }: { deadlineMs: number; why: Reason }) {
  const how = {
    aborted: "was stopped",
    failed:
      result.signal === undefined
        ? `ended with exit status ${result.exitCode}`
        : `was ended by ${result.signal}`,
    lost: "was running when the connection was lost",
    timedOut: `did not end within ${deadlineMs} ms`,
  }[why];
  const words = lastLines(result.stderr);
  const tail = words === "" ? "" : `: ${words}`;
  const argv = result.command.argv.join(" ");
  const shown = argv.length > shownCharacters ? `${argv.slice(0, shownCharacters)}...` : argv;
  return hoststackError(codes[why], `"${shown}" on ${result.host} ${how}${tail}`, {
    details: {
      argv: result.command.argv,
      host: result.host,
      exitCode: result.exitCode,
      signal: result.signal,
      durationMs: result.durationMs,
    },
  });
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-shownLines).join("\n").slice(-shownCharacters);
}
