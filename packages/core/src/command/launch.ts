import { hoststackError } from "../errors/error.js";
import type { Command } from "./command.js";
import { quoteArgv, quoteWord } from "./quote.js";

/** The first line a launched command's shell reports: it runs, or why it does not. */
export const launchReport = { runs: "+", noDirectory: "directory", noProgram: "program" } as const;

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

function checkLaunchable({ argv: [file] }: Command): void {
  if (!file.startsWith("-")) return;
  throw hoststackError("OPTIONS_INVALID", `"${file}" cannot be a program: it starts with a dash`);
}

/**
 * Shell text that becomes the program in `"$@"`: changes directory, looks the program up, reports
 * one line of `launchReport` on the given file descriptor, then replaces the shell.
 */
export function launchText(command: Command, reportTo: 1 | 3): string {
  checkLaunchable(command);
  const lines = [findProgram];
  if (command.cwd !== undefined) {
    const directory = quoteWord(command.cwd);
    const report = `{ echo ${launchReport.noDirectory} >&${reportTo}; exit 126; }`;
    lines.push(`CDPATH= cd -- ${directory} >/dev/null 2>&1 || ${report}`);
  }
  lines.push(
    `hoststack_find "$1" "$PATH" || { echo ${launchReport.noProgram} >&${reportTo}; exit 127; }`,
    `echo ${launchReport.runs} >&${reportTo}`,
    reportTo === 3 ? 'exec "$@" 3>&-' : 'exec "$@"',
  );
  return lines.join("\n");
}

/** The same with argv and environment inside the text, for a shell that is given nothing else. */
export function selfContainedLaunchText(command: Command): string {
  const assignments = Object.entries(command.env ?? {}).map(([name, value]) => {
    checkVariableName(name);
    return `export ${name}=${quoteWord(value)}`;
  });
  return [...assignments, `set -- ${quoteArgv(command.argv)}`, launchText(command, 1)].join("\n");
}

/** Throws OPTIONS_INVALID unless the text can name an environment variable. */
function checkVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw hoststackError("OPTIONS_INVALID", `"${name}" is not a name for an environment variable`);
}

/** What a report other than `launchReport.runs` means, as an error naming program and host. */
export function launchError(command: Command, where: string, report: string): Error {
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
