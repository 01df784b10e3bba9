import { exitCodes } from "../../errors/catalogue.js";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { System } from "../../system/system.js";
import { type ParsedFlags, parseFlags } from "../flags.js";
import type { Terminal } from "../terminal.js";
import { type TestbedVerb, type TestbedVerbName, testbedVerbs } from "./flags.js";
import { testbedHelp, verbHelp } from "./help.js";

const verbNames = Object.keys(testbedVerbs) as TestbedVerbName[];

const invalid = (text: string, remedy: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy });

/** Command line of one verb; what follows `--` is left alone. */
interface VerbLine {
  readonly verb: TestbedVerbName;
  readonly parsed: ParsedFlags;
  /** After `--`. */
  readonly program: readonly string[];
}

/** The one host a verb is about. */
function hostOf({ verb, parsed }: VerbLine, system: string): string {
  const [host, ...extra] = parsed.words;
  const usage = `${system} testbed ${verb} ${testbedVerbs[verb].usage}`;
  if (host === undefined) throw invalid(`testbed ${verb} needs the name of a host`, usage);
  const [more] = extra;
  if (more !== undefined) throw invalid(`testbed ${verb} takes one host, not "${more}" too`, usage);
  return host;
}

async function runVerb(line: VerbLine, system: System, terminal: Terminal): Promise<number> {
  const { verb, parsed, program } = line;
  const { values } = parsed;
  const name = typeof values["name"] === "string" ? values["name"] : undefined;
  if (verb === "ssh") {
    const { sshCommand } = await import("./ssh.js");
    return await sshCommand({ host: hostOf(line, system.name), name, argv: program }, terminal);
  }
  if (verb === "console") {
    const { consoleCommand } = await import("./console.js");
    const follow = values["follow"] === true;
    return await consoleCommand({ host: hostOf(line, system.name), name, follow }, terminal);
  }
  const [word] = [...parsed.words, ...program];
  if (word !== undefined) {
    const help = `${system.name} testbed ${verb} --help lists its flags`;
    throw invalid(`testbed ${verb} takes flags only, not "${word}"`, help);
  }
  if (verb === "up") return await (await import("./up.js")).upCommand(system, values, terminal);
  if (verb === "down") return await (await import("./down.js")).downCommand(values, terminal);
  const { statusCommand } = await import("./status.js");
  return await statusCommand(system, values, terminal);
}

/** `testbed COMMAND`: testbeds that stay up between runs. Returns the exit code. */
export async function testbedCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [word, ...rest] = argv;
  if (word === "--help" || word === "-h" || word === "help") {
    terminal.out.line(testbedHelp(system.name));
    return exitCodes.ok;
  }
  if (word === undefined) {
    terminal.err.line(testbedHelp(system.name));
    return exitCodes.usage;
  }
  const verb = verbNames.find((name) => name === word);
  if (verb === undefined) {
    const remedy = `${didYouMean(word, verbNames)}commands are ${verbNames.join(", ")}`;
    throw invalid(`testbed has no command "${word}"`, remedy);
  }
  const end = rest.indexOf("--");
  const [own, program] = end === -1 ? [rest, []] : [rest.slice(0, end), rest.slice(end + 1)];
  const { flags }: TestbedVerb = testbedVerbs[verb];
  const parsed = parseFlags(own, flags);
  if (parsed.values["help"] === true) {
    terminal.out.line(verbHelp(system.name, verb));
    return exitCodes.ok;
  }
  return await runVerb({ verb, parsed, program }, system, terminal);
}
