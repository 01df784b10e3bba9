import { isHoststackError } from "@hoststack/tools";
import { exitCodes } from "../errors/catalogue.js";
import type { Host } from "../host/host.js";
import { findLeftovers } from "../reap/find-leftovers.js";
import { findHostLeftovers } from "../reap/host-leftovers.js";
import type { Leftover } from "../reap/leftover.js";
import { type ReapReport, reap } from "../reap/reap.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import { openHosts } from "../testbed/ssh/open-hosts.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { type Flag, parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { refuseWords } from "./refuse-words.js";
import { helpFlag } from "./run-flags.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

/** Flags of `reap`. */
export const reapFlags: readonly Flag[] = [
  {
    name: "testbed",
    property: "testbed",
    type: "string",
    value: "FILE",
    description: "look on the hosts of a testbed file instead of this machine",
  },
  {
    name: "yes",
    property: "yes",
    type: "boolean",
    description: "remove what is left; without it nothing is changed",
  },
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print what was found on stdout as JSON",
  },
  helpFlag,
];

function help(system: string): string {
  return [
    ...hang("", `${system} reap [flags]: what hoststack left, and what would be done`, helpColumns),
    "",
    "Finds working directories and processes that outlived their command, kept testbeds,",
    "and, on the hosts of a testbed file, changes whose controller is gone. What is in use",
    "or kept on purpose is listed and never touched.",
    "",
    "Flags",
    ...reapFlags.flatMap(flagLines),
  ].join("\n");
}

/** A leftover as lines for a person. */
function leftoverLines(one: Leftover, columns: number): string[] {
  const act = one.reapable ? one.action : "left alone";
  return [
    ...hang("", `${one.where}: ${one.what}, since ${one.since}`, columns),
    ...hang("  ", `${one.why}; ${act}`, columns),
  ];
}

interface Found extends AsyncDisposable {
  readonly leftovers: readonly Leftover[];
  readonly hosts: readonly Host[];
}

async function find(path: string | undefined): Promise<Found> {
  if (path === undefined) {
    const leftovers = await findLeftovers();
    return { leftovers, hosts: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const file = await readTestbedFile(path);
  return await interruptible(async (signal) => {
    const ask = askOnTerminal(signal);
    const opened = await openHosts(file, { signal, ...(ask === undefined ? {} : { ask }) });
    const hosts = [...opened.byName.values()].map(({ host }) => host);
    try {
      const leftovers = await findHostLeftovers(hosts);
      return { leftovers, hosts, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  });
}

function tell({ leftovers }: Found, json: boolean, { out, err }: Terminal): void {
  if (json) out.line(JSON.stringify(leftovers, null, 2));
  else if (leftovers.length === 0) err.line("nothing is left");
  else {
    for (const line of leftovers.flatMap((one) => leftoverLines(one, out.columns))) out.line(line);
  }
}

function tellReport({ reaped, failed }: ReapReport, { err }: Terminal): void {
  err.line(`${reaped.length} removed`);
  for (const { leftover, error } of failed) {
    const remedy = isHoststackError(error) && error.remedy ? `; ${error.remedy}` : "";
    err.line(`${leftover.what} stays: ${error.message}${remedy}`);
  }
}

/** `reap`: lists what was left, and removes it with `--yes`. Returns the exit code. */
export async function reapCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, reapFlags);
  if (values["help"] === true) {
    terminal.out.line(help(system));
    return exitCodes.ok;
  }
  refuseWords({ system, verb: "reap" }, words);
  const path = typeof values["testbed"] === "string" ? values["testbed"] : undefined;
  await using found = await find(path);
  tell(found, values["json"] === true, terminal);
  const reapable = found.leftovers.filter((one) => one.reapable).length;
  if (reapable === 0) return exitCodes.ok;
  if (values["yes"] !== true) {
    terminal.err.line(`${reapable} to remove: --yes does it`);
    return exitCodes.ok;
  }
  const report = await reap(found.leftovers, found.hosts);
  tellReport(report, terminal);
  return report.failed.length > 0 ? exitCodes.partial : exitCodes.ok;
}
