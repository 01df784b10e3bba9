import { exitCodes } from "../errors/catalogue.js";
import { exitCodeOf, hoststackError } from "../errors/error.js";
import { didYouMean } from "../system/did-you-mean.js";
import type { System } from "../system/system.js";
import { errorLines } from "./error-lines.js";
import { systemHelp } from "./help.js";
import { parseCommand } from "./parse-command.js";
import { runCommand } from "./run-command.js";
import { processTerminal, type Terminal } from "./terminal.js";

const verbs = ["run", "parse", "help"];

async function dispatch(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === "run") return await runCommand(system, rest, terminal);
  if (verb === "parse" && !rest.includes("--help")) return await parseCommand(rest, terminal);
  if (verb === "--version") {
    terminal.out(system.version);
    return exitCodes.ok;
  }
  if (verb === undefined || verb === "help" || argv.includes("--help") || argv.includes("-h")) {
    terminal.out(systemHelp(system));
    return verb === undefined ? exitCodes.usage : exitCodes.ok;
  }
  throw hoststackError("OPTIONS_INVALID", `${system.name} has no command "${verb}"`, {
    remedy: `${didYouMean(verb, verbs)}${system.name} --help lists what there is`,
  });
}

/** Runs a system's command line and returns its exit code; errors are printed, never thrown. */
export async function runCli(
  system: System,
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  try {
    return await dispatch(system, argv, terminal);
  } catch (error) {
    for (const line of errorLines(error)) terminal.err(line);
    return exitCodeOf(error);
  }
}
