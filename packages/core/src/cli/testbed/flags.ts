import type { CommandGroup, GroupCommand } from "../command-group.js";
import type { Flag } from "../flags.js";
import { helpFlag, hostsFlag } from "../run-flags.js";

/** Name a testbed has when none is given. */
export const usualName = "lab";

const nameFlag: Flag = {
  name: "name",
  property: "name",
  type: "string",
  value: "NAME",
  default: usualName,
  description: "name of the testbed",
};

const whichFlag: Flag = {
  name: "name",
  property: "name",
  type: "string",
  value: "NAME",
  description: "testbed the host is in (default the one that has it)",
};

const commands = {
  up: {
    usage: "[flags]",
    summary: "open a testbed that stays up until it is taken down",
    flags: [
      {
        name: "testbed",
        property: "testbed",
        type: "string",
        choices: ["vm", "netns"],
        default: "vm",
        description: "guests, or network namespaces",
      },
      hostsFlag,
      {
        name: "cpus",
        property: "cpus",
        type: "integer",
        description: "virtual CPUs of each guest (default as the system says)",
      },
      nameFlag,
      helpFlag,
    ],
  },
  status: {
    usage: "[--json]",
    summary: "show the testbeds that are up, and what is left of dead ones",
    flags: [
      {
        name: "json",
        property: "json",
        type: "boolean",
        description: "print one JSON array on stdout",
      },
      helpFlag,
    ],
  },
  ssh: {
    usage: "HOST [-- PROGRAM ARGUMENT...]",
    summary: "a shell on a host, or a program with its exit status",
    flags: [whichFlag, helpFlag],
  },
  console: {
    usage: "HOST [--follow]",
    summary: "print what a guest wrote on its serial console",
    flags: [
      {
        name: "follow",
        property: "follow",
        type: "boolean",
        short: "f",
        description: "go on until Ctrl-C or the end of the guest",
      },
      whichFlag,
      helpFlag,
    ],
  },
  down: {
    usage: "[flags]",
    summary: "take a testbed down, dead or alive; fine when there is none",
    flags: [nameFlag, helpFlag],
  },
} as const satisfies Readonly<Record<string, GroupCommand>>;

/** Name of a command below `testbed`. */
export type TestbedVerbName = keyof typeof commands;

/** `testbed COMMAND`. */
export const testbedGroup: CommandGroup<TestbedVerbName> = {
  name: "testbed",
  summary: "testbeds that stay up between runs",
  commands,
  closing: (system) => [
    "Examples",
    `  ${system} testbed up`,
    `  ${system} run NAME --testbed kept:lab`,
    `  ${system} testbed ssh client -- uname -r`,
    `  ${system} testbed down`,
    "",
    `${system} testbed COMMAND --help shows its flags.`,
  ],
};
