import { hoststackError } from "../errors/error.js";
import type { Command } from "./command.js";

const safe = /^[A-Za-z0-9_@%+=:,./-]+$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Quotes one word for a POSIX shell. Words of plain characters stay as they are. */
export function quoteWord(word: string): string {
  if (word.includes("\0")) {
    throw hoststackError(
      "OPTIONS_INVALID",
      "an argument holds a NUL byte, which no program can receive",
    );
  }
  if (safe.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Joins argv to shell text that yields exactly that argv again. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(" ");
}

/** The argv that runs a command with its environment added, through `env`. */
function withEnvironment(command: Command): readonly string[] {
  const entries = Object.entries(command.env ?? {});
  for (const [name] of entries) {
    if (!variableName.test(name)) {
      throw hoststackError(
        "OPTIONS_INVALID",
        `"${name}" is not a name for an environment variable`,
      );
    }
  }
  return entries.length === 0
    ? command.argv
    : ["env", ...entries.map(([name, value]) => `${name}=${value}`), ...command.argv];
}

/**
 * The shell text of a command: changes directory, then replaces the shell by the program, so that
 * the process id of the shell is the program's.
 */
export function shellText(command: Command): string {
  const run = `exec ${quoteArgv(withEnvironment(command))}`;
  return command.cwd === undefined ? run : `cd ${quoteWord(command.cwd)} && ${run}`;
}
