import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import { openHosts } from "../testbed/ssh/open-hosts.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import type { Flag } from "./flags.js";
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

/** The hosts of a testbed file that were named, or all; disposing them closes the connections. */
export interface ChangeHosts extends AsyncDisposable {
  readonly hosts: readonly Host[];
}

/** What a command line says about hosts whose changes it is about. */
export interface ChangeWords {
  readonly verb: "restore" | "status";
  readonly names: readonly string[];
  readonly testbed: unknown;
}

/**
 * Opens the hosts. Throws OPTIONS_INVALID without a testbed file or for a name it does not have, and
 * what `readTestbedFile` and `openHosts` throw.
 */
export async function openChangeHosts(
  { verb, names, testbed }: ChangeWords,
  signal: AbortSignal,
): Promise<ChangeHosts> {
  if (typeof testbed !== "string") {
    throw hoststackError("OPTIONS_INVALID", `${verb} needs --testbed FILE`, {
      remedy: "guests and namespaces end with what was changed in them; kept ones: testbed status",
      details: { field: "testbed" },
    });
  }
  const file = await readTestbedFile(testbed);
  const chosen = { ...file, hosts: namedHosts(file, names, testbed) };
  const ask = askOnTerminal(signal);
  const opened = await openHosts(chosen, { signal, ...(ask === undefined ? {} : { ask }) });
  return {
    hosts: [...opened.byName.values()].map(({ host }) => host),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
