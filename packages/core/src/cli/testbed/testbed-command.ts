import { hoststackError } from "../../errors/error.js";
import type { System } from "../../system/system.js";
import { type GroupLine, readGroupLine } from "../command-group.js";
import type { Terminal } from "../terminal.js";
import { type TestbedVerbName, testbedGroup } from "./flags.js";

const invalid = (text: string, remedy: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy });

type VerbLine = GroupLine<TestbedVerbName>;

/** The one host a verb is about. */
function hostOf({ command: verb, words }: VerbLine, system: string): string {
  const [host, ...extra] = words;
  const usage = `${system} testbed ${verb} ${testbedGroup.commands[verb].usage}`;
  if (host === undefined) throw invalid(`testbed ${verb} needs the name of a host`, usage);
  const [more] = extra;
  if (more !== undefined) throw invalid(`testbed ${verb} takes one host, not "${more}" too`, usage);
  return host;
}

async function runVerb(line: VerbLine, system: System, terminal: Terminal): Promise<number> {
  const { command: verb, words, values, program } = line;
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
  const [word] = [...words, ...program];
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
  const line = readGroupLine(testbedGroup, { system: system.name, argv, terminal });
  return typeof line === "number" ? line : await runVerb(line, system, terminal);
}
