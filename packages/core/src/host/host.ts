import type { Command, CommandResult } from "../command/command.js";
import type { BatchCommand, BatchOptions, BatchResult } from "./batch.js";
import type { RunningProcess, StartOptions, Transport } from "./transport.js";

/** A computer with one clock and one set of CPUs; two network namespaces share one machine. */
export interface Machine {
  /** Stable within a testbed: equal for hosts that are the same computer. */
  readonly id: string;
}

/** How `run` treats a command. */
export interface RunOptions extends StartOptions {
  /** Ends the command after this long. @default 60_000 */
  readonly deadlineMs?: number;
  /** Throw COMMAND_FAILED or COMMAND_TIMED_OUT on failure. @default true */
  readonly reject?: boolean;
  /** Given to the command's standard input, which is then closed. @default empty */
  readonly stdin?: string | Uint8Array;
  /** Most bytes kept of each output stream; more is an error. @default 16 MiB */
  readonly maxOutputBytes?: number;
}

/** A host of a testbed. Everything here derives from its transport's `start`. */
export interface Host extends AsyncDisposable {
  readonly name: string;
  readonly machine: Machine;
  readonly transport: Transport;
  /** Starts a command and leaves its streams to the caller. */
  start(command: Command, options?: StartOptions): Promise<RunningProcess>;
  /** Runs a command to its end and keeps its output as text. */
  run(command: Command, options?: RunOptions): Promise<CommandResult>;
  /**
   * Runs short commands one after the other in one long-lived `sh` of the host: one exchange for all
   * of them. They share nothing: each is a program with its own directory and environment, in the
   * process group of the shell. A process one of them leaves behind must not hold its output: what that
   * writes while a later command runs is taken for the later one's. A program that a signal ends may
   * have a word of the shell about it in its stderr.
   *
   * A command that fails is a result, not an error. Throws OPTIONS_INVALID for what no host can run;
   * COMMAND_FAILED for too much output or a shell that was killed, COMMAND_TIMED_OUT, INTERRUPTED and
   * HOST_UNREACHABLE, after everything in that shell was ended.
   */
  batch(commands: readonly BatchCommand[], options?: BatchOptions): Promise<readonly BatchResult[]>;
  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array>;
  /** Writes a file atomically (temporary file beside it, then rename). @default mode 0o644 */
  writeFile(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
}
