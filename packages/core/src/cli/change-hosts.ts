import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { changesOf, type HostChanges } from "../plan/changes.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import type { HostFailure } from "../testbed/ssh/failures.js";
import { reachHosts } from "../testbed/ssh/open-hosts.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import type { Flag } from "./flags.js";
import { type AskedHosts, forEachHost } from "./host-outcomes.js";
import { namedHosts } from "./named-hosts.js";
import { helpFlag, verboseFlag } from "./run-flags.js";

const testbedFlag: Flag = {
  name: "testbed",
  property: "testbed",
  type: "string",
  value: "FILE",
  description: "testbed file that names the hosts",
};

const jsonFlag: Flag = {
  name: "json",
  property: "json",
  type: "boolean",
  description: "print JSON on stdout",
};

/** Flags of `status`. */
export const statusFlags: readonly Flag[] = [testbedFlag, jsonFlag, verboseFlag, helpFlag];

/** Flags of `restore`. */
export const restoreFlags: readonly Flag[] = [
  testbedFlag,
  {
    name: "yes",
    property: "yes",
    type: "boolean",
    description: "undo the changes; without it they are only shown",
  },
  jsonFlag,
  verboseFlag,
  helpFlag,
];

/** Hosts whose changes a command is about. */
export interface ChangeHosts {
  /** Those that answered. */
  readonly hosts: readonly Host[];
  /** Why the others did not. @default all did */
  readonly failures?: readonly HostFailure[];
}

/** The hosts of a testbed file that were named, or all; disposing them closes the connections. */
export interface OpenedChangeHosts extends Required<ChangeHosts>, AsyncDisposable {}

/** Asks hosts for their changes; each tells or fails for itself. Throws INTERRUPTED. */
export async function askChanges(
  { hosts, failures = [] }: ChangeHosts,
  signal: AbortSignal,
): Promise<AskedHosts<HostChanges>> {
  const asked = await forEachHost(
    hosts.map((host) => ({ host })),
    ({ host }) => changesOf(host, signal),
  );
  signal.throwIfAborted();
  return { found: asked.found, failures: [...failures, ...asked.failures] };
}

/** What a command line says about hosts whose changes it is about. */
export interface ChangeWords {
  readonly verb: "restore" | "status";
  readonly names: readonly string[];
  readonly testbed: unknown;
}

/**
 * Opens those of the hosts that can be reached. Throws OPTIONS_INVALID without a testbed file or for a name it does
 * not have, what `readTestbedFile` throws, and INTERRUPTED.
 */
export async function openChangeHosts(
  { verb, names, testbed }: ChangeWords,
  signal: AbortSignal,
): Promise<OpenedChangeHosts> {
  if (typeof testbed !== "string") {
    throw hoststackError("OPTIONS_INVALID", `${verb} needs --testbed FILE`, {
      remedy: "guests and namespaces end with what was changed in them; kept ones: testbed status",
      details: { field: "testbed" },
    });
  }
  const file = await readTestbedFile(testbed);
  const chosen = { ...file, hosts: namedHosts(file, names, testbed) };
  const ask = askOnTerminal(signal);
  const opened = await reachHosts(chosen, { signal, ...(ask === undefined ? {} : { ask }) });
  return {
    hosts: [...opened.byName.values()].map(({ host }) => host),
    failures: opened.failures,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
