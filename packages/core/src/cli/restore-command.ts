import { exitCodes } from "../errors/catalogue.js";
import type { Host } from "../host/host.js";
import { hostChanges } from "../plan/changes.js";
import { restore } from "../plan/restore.js";
import { openChangeHosts, restoreFlags } from "./change-hosts.js";
import { changeLines, restoreLines } from "./change-text.js";
import { parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { verboseHosts } from "./verbose.js";
import { wrap } from "./wrap.js";

function help(system: string): string {
  return [
    `${system} restore [HOST...] --testbed FILE [--yes]: machines as they were`,
    "",
    ...wrap(
      "Shows what would be undone on the hosts of a testbed file, newest first; --yes undoes it. What somebody else changed since is reported and not touched.",
      helpColumns,
    ),
    "",
    "Flags of restore",
    ...restoreFlags.flatMap(flagLines),
    "",
    "Exit status",
    "  0 done, or shown  5 something stays  3 somebody holds a host",
  ].join("\n");
}

/** What `restore` was asked to do on open hosts. */
export interface RestoreRequest {
  readonly yes: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Shows the changes of open hosts and, when asked to, undoes them. Returns the exit code. */
export async function restoreHosts(
  hosts: readonly Host[],
  { yes, json, signal }: RestoreRequest,
  { out, err }: Terminal,
): Promise<number> {
  const found = await hostChanges(hosts, signal);
  const shown = json && !yes ? out : err;
  if (json && !yes) shown.line(JSON.stringify(found, null, 2));
  else for (const line of found.flatMap((one) => changeLines(one, shown))) shown.line(line);
  const count = found.flatMap(({ entries }) => entries).length;
  if (!yes) {
    if (count > 0) err.line(`${count} to undo: --yes does it`);
    return exitCodes.ok;
  }
  // also without any: copies of what a host has lost are looked for here
  const report = await restore(hosts, { signal });
  if (json) out.line(JSON.stringify(report, null, 2));
  else for (const line of report.hosts.flatMap((one) => restoreLines(one, out))) out.line(line);
  return report.complete ? exitCodes.ok : exitCodes.partial;
}

/** `restore`: undoes what the journals of hosts hold. Returns the exit code. */
export async function restoreCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, restoreFlags);
  if (values["help"] === true) {
    terminal.out.line(help(system));
    return exitCodes.ok;
  }
  return await interruptible(async (signal) => {
    const { testbed, verbose, yes, json } = values;
    await using opened = await openChangeHosts({ verb: "restore", names: words, testbed }, signal);
    const tell = verbose === true ? (line: string) => terminal.err.line(line) : undefined;
    const hosts = tell === undefined ? opened.hosts : verboseHosts(opened.hosts, tell);
    return await restoreHosts(hosts, { yes: yes === true, json: json === true, signal }, terminal);
  });
}
