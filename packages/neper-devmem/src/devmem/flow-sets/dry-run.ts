import { tcpStreamArgv, tcpStreamEnvironment } from "./argv.js";
import type { FlowSet } from "./flow-set.js";

/** A list or a mapping of strings as Python prints it. */
const pythonText = (text: string): string => `'${text}'`;

/** Upstream's script has two blanks behind the buffer's size. */
function commandText(argv: readonly string[]): string {
  return argv.map((word, at) => (argv[at - 1] === "--buffer-size" ? `${word} ` : word)).join(" ");
}

/**
 * What would run on one end, in the lines of `multi_neper.py --dry-run --log DEBUG`: commands byte for byte, of the
 * environment only what is set for them.
 */
export function dryRunText(sets: readonly FlowSet[], role: "client" | "server"): string {
  const nics = sets.map((set) => pythonText(set[role].nic));
  const commands = sets.map((set) => {
    const variables = Object.entries(tcpStreamEnvironment(set, role)).map(
      ([name, value]) => `${pythonText(name)}: ${pythonText(value)}`,
    );
    const command = commandText(tcpStreamArgv(set, role));
    return `DEBUG:root:(${pythonText(command)}, {${variables.join(", ")}})\n`;
  });
  const setup = role === "server" ? "INFO:root:setting up flow-steering rules\n" : "";
  return `${setup}DEBUG:root:running on [${nics.join(", ")}]\n${commands.join("")}`;
}
