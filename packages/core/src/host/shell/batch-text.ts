import { checkCommand } from "../../command/launch.js";
import { quoteArgv, quoteWord } from "../../command/quote.js";
import { hoststackError } from "../../errors/error.js";
import type { BatchCommand } from "../batch.js";
import { builtinNames } from "./builtin-names.js";

/**
 * Given to the shell once: marks on both streams where a command ended, with its status. Not part of
 * each batch, so that a batch is short: some shells read their input byte by byte.
 */
export const openingText = `
hoststack_end() {
  s=$?
  printf "%s" "$t:$s;"
  printf "%s" "$t:$s;" >&2
  return "$s"
}
`;

/** Words that can stand as the first of a simple command: no assignment, no pattern, no quotes. */
const plainWord = /^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/;

/**
 * A simple command is what shells start fastest (dash: vfork, a third less time than a subshell), but
 * only where the word cannot mean anything but a program.
 */
function isPlain({ argv, cwd, env }: BatchCommand): boolean {
  const [file] = argv;
  if (cwd !== undefined || Object.keys(env ?? {}).length > 0) return false;
  return plainWord.test(file) && !builtinNames.has(file) && !file.startsWith("hoststack_");
}

function programText(command: BatchCommand): string {
  const argv = quoteArgv(command.argv);
  if (isPlain(command)) return argv;
  const lines = Object.entries(command.env ?? {}).map(
    ([name, value]) => `export ${name}=${quoteWord(value)} || exit 126`,
  );
  if (command.cwd !== undefined) {
    lines.push(`CDPATH= cd -- ${quoteWord(command.cwd)} >/dev/null || exit 126`);
  }
  return `(${[...lines, `exec ${argv}`].join("\n")})`;
}

/** A command, which must not read what the shell is still to run. */
function commandText(command: BatchCommand): string {
  const program = programText(command);
  const { stdin } = command;
  if (stdin === undefined || stdin === "") return program;
  // Input nobody reads is nobody's error.
  return `printf %s ${quoteWord(stdin)} 2>/dev/null | ${program}`;
}

/** Throws OPTIONS_INVALID for a command no host can run. */
export function checkBatch(commands: readonly BatchCommand[]): void {
  for (const command of commands) {
    checkCommand(command);
    if (!`${command.cwd ?? ""}${command.stdin ?? ""}`.includes("\0")) continue;
    throw hoststackError(
      "OPTIONS_INVALID",
      `the directory or standard input of "${command.argv[0]}" holds a NUL byte`,
      { remedy: "write such input to a file on the host first" },
    );
  }
}

/** Commands per function: shells walk a list recursively, and their stack has an end. */
const commandsPerFunction = 1000;

/**
 * The text of a batch. The commands are the body of functions, so that a shell has read all of them
 * before it runs one: a connection that is lost amid the text leaves nothing run, or half a command.
 */
export function batchText(
  commands: readonly BatchCommand[],
  options: { token: string; stopOnFailure: boolean },
): string {
  const end = options.stopOnFailure ? "hoststack_end || return" : "hoststack_end";
  const names: string[] = [];
  const functions: string[] = [];
  for (let first = 0; first < commands.length; first += commandsPerFunction) {
    const part = commands.slice(first, first + commandsPerFunction);
    const name = `hoststack_${names.length}`;
    names.push(name);
    functions.push(`${name}() {`, ...part.flatMap((one) => [commandText(one), end]), "}");
  }
  const calls = names.join(options.stopOnFailure ? " && " : "\n");
  const body = [...functions, ":", "hoststack_end", calls].join("\n");
  return `t=${options.token}\n{\n${body}\n} </dev/null\n`;
}
