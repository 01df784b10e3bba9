import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { exitCodeOf, hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { errorLines } from "./error-lines.js";
import { systemHelp } from "./help.js";
import { parseCommand } from "./parse-command.js";
import { runCommand } from "./run-command.js";
import { processTerminal, type Terminal } from "./terminal.js";
import { testbedCommand } from "./testbed/testbed-command.js";
import { verbWords } from "./verbs.js";

const verbs = verbWords.map(({ word }) => word);

function unknownVerb(system: System, verb: string): Error {
  const isName = Object.hasOwn(system.experiments, verb) || Object.hasOwn(system.suites, verb);
  const meant = isName ? `did you mean "run ${verb}"? ` : didYouMean(verb, verbs);
  return hoststackError("OPTIONS_INVALID", `${system.name} has no command "${verb}"`, {
    remedy: `${meant}${system.name} --help lists what there is`,
  });
}

async function dispatch(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === "run") return await runCommand(system, rest, terminal);
  if (verb === "parse") return await parseCommand(system, rest, terminal);
  if (verb === "testbed") return await testbedCommand(system, rest, terminal);
  if (verb === "doctor") {
    const { doctorCommand } = await import("./doctor-command.js");
    return await doctorCommand(system, rest, terminal);
  }
  if (verb === "report") {
    const { reportCommand } = await import("./report-command.js");
    return await reportCommand(system.name, rest, terminal);
  }
  if (verb === "compare") {
    const { compareCommand } = await import("./compare-command.js");
    return await compareCommand(system.name, rest, terminal);
  }
  if (verb === "completion") {
    const { completionCommand } = await import("./completion-command.js");
    return completionCommand(system, rest, terminal);
  }
  if (verb === "status") {
    const { statusCommand } = await import("./status-command.js");
    return await statusCommand(system.name, rest, terminal);
  }
  if (verb === "restore") {
    const { restoreCommand } = await import("./restore-command.js");
    return await restoreCommand(system.name, rest, terminal);
  }
  if (verb === "reap") {
    const { reapCommand } = await import("./reap-command.js");
    return await reapCommand(system.name, rest, terminal);
  }
  if (verb === "clean") {
    const { cleanCommand } = await import("./clean-command.js");
    return await cleanCommand(system.name, rest, terminal);
  }
  if (verb === "--version") {
    terminal.out.line(system.version);
    return exitCodes.ok;
  }
  if (verb === undefined) {
    terminal.err.line(systemHelp(system));
    return exitCodes.usage;
  }
  if (verb === "help" || argv.includes("--help") || argv.includes("-h")) {
    terminal.out.line(systemHelp(system));
    return exitCodes.ok;
  }
  throw unknownVerb(system, verb);
}

async function runOn(system: System, argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(system, argv, terminal);
  } catch (error) {
    for (const line of errorLines(error)) terminal.err.line(line);
    return exitCodeOf(error);
  }
}

/** Runs a system's command line and returns its exit code; errors are printed, never thrown. */
export async function runCli(
  system: System,
  argv: readonly string[],
  terminal?: Terminal,
): Promise<number> {
  if (terminal !== undefined) return await runOn(system, argv, terminal);
  const own = processTerminal();
  const code = await runOn(system, argv, own);
  const failure = await own.close();
  return failure !== undefined && code === exitCodes.ok ? exitCodes.failed : code;
}
