import { exitCodes } from "../errors/catalogue.js";
import { failureOfHosts } from "../testbed/ssh/failures.js";
import { askChanges, type ChangeHosts, openChangeHosts, statusFlags } from "./change-hosts.js";
import { changeLines } from "./change-text.js";
import { parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { toldData } from "./host-outcomes.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { verboseHosts } from "./verbose.js";
import { wrap } from "./wrap.js";

function help(system: string): string {
  return [
    `${system} status [HOST...] --testbed FILE: what hoststack has changed there`,
    "",
    ...wrap(
      "Shows who holds the hosts of a testbed file and which changes are in force, newest first; then which hosts cannot be reached. Changes nothing. Kept testbeds of this machine: testbed status.",
      helpColumns,
    ),
    "",
    "Flags of status",
    ...statusFlags.flatMap(flagLines),
  ].join("\n");
}

/** Shows the changes of hosts that tell them, then throws one error for all others. */
export async function tellChanges(
  hosts: ChangeHosts,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
  { out }: Terminal,
): Promise<void> {
  const asked = await askChanges(hosts, signal);
  const { found, failures } = asked;
  if (json) out.line(JSON.stringify(toldData(asked), null, 2));
  else for (const line of found.flatMap((one) => changeLines(one, out))) out.line(line);
  if (failures.length > 0) throw failureOfHosts(failures);
}

/** `status`: what is changed on the hosts of a testbed file. Returns the exit code. */
export async function statusCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, statusFlags);
  if (values["help"] === true) {
    terminal.out.line(help(system));
    return exitCodes.ok;
  }
  await interruptible(async (signal) => {
    const { testbed, verbose, json } = values;
    await using opened = await openChangeHosts({ verb: "status", names: words, testbed }, signal);
    const tell = verbose === true ? (line: string) => terminal.err.line(line) : undefined;
    const hosts = tell === undefined ? opened.hosts : verboseHosts(opened.hosts, tell);
    await tellChanges({ ...opened, hosts }, { json: json === true, signal }, terminal);
  });
  return exitCodes.ok;
}
