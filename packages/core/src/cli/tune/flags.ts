import type { System } from "../../system/system.js";
import { type CommandGroup, type GroupCommand, nameLines } from "../command-group.js";
import type { Flag } from "../flags.js";
import { helpFlag, verboseFlag } from "../run-flags.js";

const testbedFlag: Flag = {
  name: "testbed",
  property: "testbed",
  type: "string",
  value: "WHICH",
  description: "testbed file that names the hosts, ssh:CLIENT/NIC,SERVER/NIC, or kept:NAME",
};

const yesFlag = (what: string): Flag => ({
  name: "yes",
  property: "yes",
  type: "boolean",
  description: what,
});

const jsonFlag: Flag = {
  name: "json",
  property: "json",
  type: "boolean",
  description: "print JSON on stdout",
};

const commands = {
  apply: {
    usage: "PROFILE [HOST...] --testbed WHICH [--yes]",
    takesFiles: true,
    summary: "show what a profile would change, step by step, and do it",
    flags: [
      testbedFlag,
      yesFlag("do it without asking; needed where there is no terminal to ask on"),
      jsonFlag,
      verboseFlag,
      helpFlag,
    ],
  },
  show: {
    usage: "PROFILE [HOST...] --testbed WHICH",
    takesFiles: true,
    summary: "print a profile for these hosts as a file, to adapt",
    flags: [testbedFlag, verboseFlag, helpFlag],
  },
  status: {
    usage: "[HOST...] --testbed WHICH",
    summary: "show which profile hosts are in, and whether all of it still holds",
    flags: [testbedFlag, jsonFlag, verboseFlag, helpFlag],
  },
  restore: {
    usage: "[HOST...] --testbed WHICH [--yes]",
    summary: "set hosts back as they were before the profile",
    flags: [
      testbedFlag,
      yesFlag("do it without asking; needed where there is no terminal to ask on"),
      jsonFlag,
      verboseFlag,
      helpFlag,
    ],
  },
} as const satisfies Readonly<Record<string, GroupCommand>>;

/** Name of a command below `tune`. */
export type TuneVerbName = keyof typeof commands;

const exitLines = [
  "Exit status",
  "  0 done, or shown  1 a step failed, or declined  2 wrong profile, or no --yes",
  "  3 a host cannot do it, or is held by somebody  5 something stays",
  "  4 a host cannot be reached; status and restore go on with the others",
];

/** Names of profiles stand where files do. */
function commandsOf({ profiles = {} }: System): Readonly<Record<TuneVerbName, GroupCommand>> {
  const { apply, show, ...others } = commands;
  return { apply: { ...apply, names: profiles }, show: { ...show, names: profiles }, ...others };
}

const profileLines = ({ name, profiles }: System): string[] =>
  profiles === undefined
    ? []
    : [`Profiles of ${name}, beside files of your own`, ...nameLines(profiles), ""];

const about = ({ profiles }: System): string => {
  const what = profiles === undefined ? "A profile is" : "A profile has a name below, or is";
  return `${what} a YAML file of steps: offloads, rings, queues, interrupts, clocks, sysctls. Its changes stay until they are restored, or another profile takes its place. docs/tuning.md lists the steps.`;
};

/** `tune COMMAND`. */
export const tuneGroup = (system: System): CommandGroup<TuneVerbName> => ({
  name: "tune",
  summary: "host tuning by profiles, and back",
  about: about(system),
  commands: commandsOf(system),
  closing: () => [...profileLines(system), ...exitLines],
  exitLines,
});
