import type { Command } from "../command/command.js";

/** A short command of a batch. */
export interface BatchCommand extends Command {
  /** Text for its standard input, without NUL; the input is empty otherwise. */
  readonly stdin?: string;
}

/** How one command of a batch ended. */
export interface BatchResult {
  readonly command: Command;
  /**
   * Exit status as a POSIX shell tells it: 127 when there is no such program, 128 + n after signal n
   * (a program that exits with such a status itself looks the same).
   */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a batch runs. */
export interface BatchOptions {
  /** Ends the whole batch when it runs longer (COMMAND_TIMED_OUT). @default 60_000 */
  readonly deadlineMs?: number;
  /** Ends the batch when it fires (INTERRUPTED). */
  readonly signal?: AbortSignal;
  /** Skip the rest after the first command with another status than 0; the results end there. @default false */
  readonly stopOnFailure?: boolean;
  /** Most bytes kept of each stream of each command; more is COMMAND_FAILED. @default 16 MiB */
  readonly maxOutputBytes?: number;
}
