import { hoststackError } from "../errors/error.js";
import type { Command } from "./command.js";
import { quoteArgv, quoteWord } from "./quote.js";

/** The first word a launched command's shell reports: it runs (its process id follows), or why not. */
const launchReport = { runs: "pid", noDirectory: "directory", noProgram: "program" } as const;

/** Longest single argument the Linux kernel passes to a program. */
const maxArgumentBytes = 128 * 1024 - 1;

/**
 * Walks PATH as `execvp` does. `command -v` would not do: it also answers for built-ins and keywords,
 * which no `exec` can run.
 */
const findProgram = [
  "hoststack_find() {",
  '  case $1 in */*) [ -f "$1" ] && [ -x "$1" ]; return;; esac',
  "  set -f; IFS=:",
  // An empty entry of PATH means the working directory.
  '  for d in $2; do [ -n "$d" ] || d=.; [ -f "$d/$1" ] && [ -x "$d/$1" ] && return 0; done',
  "  return 1",
  "}",
].join("\n");

/** Throws OPTIONS_INVALID for a command no Linux host can start; the kernel's words name no argument. */
export function checkCommand({ argv, env }: Command): void {
  const [file] = argv;
  if (file.startsWith("-")) invalid(`"${file}" cannot be a program: it starts with a dash`);
  for (const [index, word] of argv.entries()) {
    const bytes = Buffer.byteLength(word);
    const much = `${bytes} bytes; Linux passes ${maxArgumentBytes} at most`;
    if (bytes > maxArgumentBytes) {
      invalid(`argument ${index} of "${file}" has ${much}`, "give it through standard input");
    }
  }
  for (const name of Object.keys(env ?? {})) {
    if (variableName.test(name)) continue;
    invalid(`"${name}" is not a name for an environment variable`);
  }
  const words = [...argv, ...Object.values(env ?? {})];
  if (words.some((word) => word.includes("\0"))) {
    invalid(`an argument or variable of "${file}" holds a NUL byte, which no program can receive`);
  }
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function invalid(message: string, remedy?: string): never {
  throw hoststackError("OPTIONS_INVALID", message, remedy === undefined ? {} : { remedy });
}

/**
 * Shell text that becomes the program in `"$@"`: changes directory, looks the program up, reports
 * one line of `launchReport` on the given file descriptor, then replaces the shell; by the words of
 * `wrapper`, when there are any, which run the program in turn.
 */
export function launchText(command: Command, reportTo: 1 | 3, wrapper = ""): string {
  const lines = [findProgram];
  if (command.cwd !== undefined) {
    const directory = quoteWord(command.cwd);
    const report = `{ echo ${launchReport.noDirectory} >&${reportTo}; exit 126; }`;
    lines.push(`CDPATH= cd -- ${directory} >/dev/null 2>&1 || ${report}`);
  }
  lines.push(
    `hoststack_find "$1" "$PATH" || { echo ${launchReport.noProgram} >&${reportTo}; exit 127; }`,
    `echo ${launchReport.runs} $$ >&${reportTo}`,
    `exec ${wrapper}"$@"${reportTo === 3 ? " 3>&-" : ""}`,
  );
  return lines.join("\n");
}

/** The same with argv and environment inside the text, for a shell that is given nothing else. */
export function selfContainedLaunchText(command: Command): string {
  const assignments = Object.entries(command.env ?? {}).map(([name, value]) => {
    return `export ${name}=${quoteWord(value)}`;
  });
  return [...assignments, `set -- ${quoteArgv(command.argv)}`, launchText(command, 1)].join("\n");
}

/** The process id in a launch report. Throws TOOL_MISSING or COMMAND_FAILED when it says otherwise. */
export function launchedPid(command: Command, where: string, report: string): number {
  const [word, pid] = report.trim().split(" ");
  if (word === launchReport.runs && pid !== undefined) return Number(pid);
  throw launchError(command, where, report.trim());
}

function launchError(command: Command, where: string, report: string): Error {
  const [file] = command.argv;
  if (report === launchReport.noProgram) {
    return hoststackError("TOOL_MISSING", `"${file}" is not installed on ${where}`, {
      remedy: `install the package that holds "${file}" on ${where}, or put it on the PATH`,
      details: { program: file, host: where },
    });
  }
  const why =
    report === launchReport.noDirectory
      ? `there is no directory "${command.cwd}"`
      : `its shell reported "${report}"`;
  return hoststackError("COMMAND_FAILED", `"${file}" could not be started on ${where}: ${why}`, {
    details: { argv: command.argv, cwd: command.cwd, host: where },
  });
}
