import type { Command } from "../../command/command.js";

/** How a command came to the host: which of its methods was called. */
export type TranscriptVerb = "batch" | "readFile" | "run" | "start" | "writeFile";

/** A command as a line of a transcript shows it: secrets masked, long arguments cut. */
export interface TranscriptCommand {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended, as far as it is known. */
export interface TranscriptEnding {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut?: true;
  readonly aborted?: true;
  readonly connectionLost?: true;
  /** Code of the error that was thrown instead. */
  readonly error?: string;
}

/** One line of a transcript. */
export interface TranscriptEntry extends TranscriptEnding, Partial<TranscriptCommand> {
  /** When the line was written, controller's clock, ISO 8601. */
  readonly at: string;
  readonly host: string;
  readonly how: TranscriptVerb;
  /** Pairs the two lines of a started process; the same in all lines of a batch. */
  readonly id?: number;
  /** Process id on the host, in the first line of a started process. */
  readonly pid?: number;
  /** Wall time in ms, controller's clock; of a batch, that of all of it. */
  readonly ms?: number;
}

/** Characters kept of an argument or variable, and how many of them. */
const shownCharacters = 1000;
const shownWords = 64;

function cut(text: string): string {
  const more = text.length - shownCharacters;
  return more > 0 ? `${text.slice(0, shownCharacters)}... (${more} more characters)` : text;
}

/** A command, masked already, within the bounds of one line. */
export function shownCommand({ argv, cwd, env }: Command): TranscriptCommand {
  const words = argv.slice(0, shownWords).map(cut);
  const more = argv.length - words.length;
  const entries = Object.entries(env ?? {}).map(([name, value]) => [name, cut(value)] as const);
  return {
    argv: more > 0 ? [...words, `... (${more} more arguments)`] : words,
    ...(cwd === undefined ? {} : { cwd: cut(cwd) }),
    ...(entries.length === 0 ? {} : { env: Object.fromEntries(entries.slice(0, shownWords)) }),
  };
}
