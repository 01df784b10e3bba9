import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { exitCodeOf, hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { errorLines } from "./error-lines.js";
import { systemHelp } from "./help.js";
import { parseCommand } from "./parse-command.js";
import { runCommand } from "./run-command.js";
import type { SetupVerb } from "./setup-flags.js";
import { processTerminal, type Terminal } from "./terminal.js";
import { testbedCommand } from "./testbed/testbed-command.js";
import { verbWords } from "./verbs.js";

const verbs = verbWords.map(({ word }) => word);

type Verb = (system: System, argv: readonly string[], terminal: Terminal) => Promise<number>;

const setupVerb =
  (verb: SetupVerb): Verb =>
  async (system, argv, terminal) => {
    const { setupCommand } = await import("./setup-command.js");
    return await setupCommand(system, verb, { argv, terminal });
  };

/** What runs a verb; the code of those that are not asked for often is loaded when one is. */
const commands: Readonly<Record<string, Verb>> = {
  run: runCommand,
  parse: parseCommand,
  testbed: testbedCommand,
  doctor: async (...call) => (await import("./doctor-command.js")).doctorCommand(...call),
  plan: setupVerb("plan"),
  setup: setupVerb("setup"),
  build: setupVerb("build"),
  report: async ({ name }, argv, terminal) =>
    (await import("./report-command.js")).reportCommand(name, argv, terminal),
  bundle: async ({ name }, argv, terminal) =>
    (await import("./bundle-command.js")).bundleCommand(name, argv, terminal),
  compare: async ({ name }, argv, terminal) =>
    (await import("./compare-command.js")).compareCommand(name, argv, terminal),
  completion: async (...call) =>
    (await import("./completion-command.js")).completionCommand(...call),
  kernel: async (...call) => (await import("./kernel-command.js")).kernelCommand(...call),
  tune: async (...call) => (await import("./tune/tune-command.js")).tuneCommand(...call),
  status: async ({ name }, argv, terminal) =>
    (await import("./status-command.js")).statusCommand(name, argv, terminal),
  restore: async ({ name }, argv, terminal) =>
    (await import("./restore-command.js")).restoreCommand(name, argv, terminal),
  reap: async ({ name }, argv, terminal) =>
    (await import("./reap-command.js")).reapCommand(name, argv, terminal),
  clean: async ({ name }, argv, terminal) =>
    (await import("./clean-command.js")).cleanCommand(name, argv, terminal),
};

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
  const command = verb !== undefined && Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (command !== undefined) return await command(system, rest, terminal);
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
    for (const line of errorLines(error, terminal.err.columns)) terminal.err.line(line);
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
