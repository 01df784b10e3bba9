import { exitCodes } from "../errors/catalogue.js";
import type { HostChanges } from "../plan/changes.js";
import { type RestoreReport, restore } from "../plan/restore.js";
import type { HostFailure } from "../testbed/ssh/failures.js";
import { askChanges, type ChangeHosts, openChangeHosts, restoreFlags } from "./change-hosts.js";
import { changeLines, restoreLines } from "./change-text.js";
import { parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { type AskedHosts, failureData, tellMissing, toldData } from "./host-outcomes.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { verboseHosts } from "./verbose.js";
import { wrap } from "./wrap.js";

function help(system: string): string {
  return [
    `${system} restore [HOST...] --testbed FILE [--yes]: machines as they were`,
    "",
    ...wrap(
      "Shows what would be undone on the hosts of a testbed file, newest first; --yes undoes it, on all that can be reached. What somebody else changed since is reported and not touched.",
      helpColumns,
    ),
    "",
    "Flags of restore",
    ...restoreFlags.flatMap(flagLines),
    "",
    "Exit status",
    "  0 done, or shown  5 something stays  3 somebody holds a host",
    "  4 a host cannot be reached; the others are done, or shown",
  ].join("\n");
}

/** What `restore` was asked to do on open hosts. */
export interface RestoreRequest {
  readonly yes: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Shows what would be undone; as data where that is all that was asked for. */
function showChanges(
  asked: AskedHosts<HostChanges>,
  { yes, json }: RestoreRequest,
  { out, err }: Terminal,
): void {
  if (json && !yes) out.line(JSON.stringify(toldData(asked), null, 2));
  else for (const line of asked.found.flatMap((one) => changeLines(one, err))) err.line(line);
  const count = asked.found.flatMap(({ entries }) => entries).length;
  if (!yes && count > 0) err.line(`${count} to undo: --yes does it`);
}

/** Undoes the changes of hosts that told them. Returns the exit code. */
async function undoChanges(
  { hosts, failures }: Required<ChangeHosts>,
  { json, signal }: RestoreRequest,
  { out }: Terminal,
): Promise<number> {
  const report = await restore(hosts, { signal });
  if (json) out.line(JSON.stringify(withFailures(report, failures), null, 2));
  else for (const line of report.hosts.flatMap((one) => restoreLines(one, out))) out.line(line);
  return report.complete ? exitCodes.ok : exitCodes.partial;
}

/**
 * Shows the changes of hosts that tell them and, when asked to, undoes them. Of hosts that told nothing it says so
 * before, and returns their exit code.
 */
export async function restoreHosts(
  all: ChangeHosts,
  request: RestoreRequest,
  terminal: Terminal,
): Promise<number> {
  const asked = await askChanges(all, request.signal);
  const { found, failures } = asked;
  showChanges(asked, request, terminal);
  const missing = tellMissing(failures, terminal.err);
  // also without any: copies of what a host has lost are looked for there
  const hosts = all.hosts.filter(({ name }) => found.some(({ host }) => host === name));
  const code = request.yes
    ? await undoChanges({ hosts, failures }, request, terminal)
    : exitCodes.ok;
  return missing === exitCodes.ok ? code : missing;
}

/** Of a host that told nothing nobody knows what is left. */
function withFailures(report: RestoreReport, failures: readonly HostFailure[]) {
  if (failures.length === 0) return report;
  return { complete: false, hosts: [...report.hosts, ...failures.map(failureData)] };
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
    return await restoreHosts(
      { ...opened, hosts },
      { yes: yes === true, json: json === true, signal },
      terminal,
    );
  });
}
