import { kernelNames, stockKernel } from "../system/kernels/kernel-named.js";
import type { System } from "../system/system.js";
import { trafficRisks } from "../testbed/traffic/traffic.js";
import type { Flag } from "./flags.js";

/** Asks for help; every command has it. */
export const helpFlag: Flag = {
  name: "help",
  property: "help",
  type: "boolean",
  short: "h",
  description: "show this help",
};

/** Shows what is done; commands that ask or change hosts have it. */
export const verboseFlag: Flag = {
  name: "verbose",
  property: "verbose",
  type: "boolean",
  short: "v",
  description: "show on stderr every command run on the hosts",
};

/** Flags of `run` that help texts show in full. */
export const usualRunFlags: readonly Flag[] = [
  {
    name: "testbed",
    property: "testbed",
    type: "string",
    value: "WHICH",
    default: "vm",
    description: "vm, netns, kept:NAME, a testbed file, or two hosts: ssh:CLIENT/NIC,SERVER/NIC",
  },
  {
    name: "role",
    property: "role",
    type: "string",
    value: "ROLE=HOST,...",
    description: "host of the testbed file for client or server",
  },
  {
    name: "allow-traffic",
    property: "allowTraffic",
    type: "string",
    value: "RISK,...",
    description: `traffic you answer for: ${trafficRisks.join(", ")}`,
  },
  {
    name: "repeat",
    property: "repeat",
    type: "integer",
    default: 3,
    description: "trials of each measurement, interleaved",
  },
  {
    name: "out",
    property: "out",
    type: "string",
    value: "DIRECTORY",
    description: "run directory (default results/TIME-NAME)",
  },
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print the run record on stdout instead of the table",
  },
  verboseFlag,
  helpFlag,
];

/** How many hosts an embedded testbed is made with. */
export const hostsFlag: Flag = {
  name: "hosts",
  property: "hosts",
  type: "integer",
  description: "hosts of vm (up to 8) or netns (up to 16), on one switch (default: as needed)",
};

/** Flags of `run` for many trials and long ones; help texts of single experiments only name them. */
export const campaignFlags: readonly Flag[] = [
  hostsFlag,
  {
    name: "sweep",
    property: "sweep",
    type: "string",
    value: "OPTION=V,V,...",
    multiple: true,
    description: "measure with each value of an option; again for more options",
  },
  {
    name: "seed",
    property: "seed",
    type: "integer",
    description: "draws the order within each repetition (default a new one)",
  },
  {
    name: "dry-run",
    property: "dryRun",
    type: "boolean",
    description: "say what would be run, and stop",
  },
  {
    name: "budget",
    property: "budget",
    type: "string",
    value: "TIME",
    description: "start no trial that would end later, e.g. 90s, 30min, 2h",
  },
  {
    name: "resume",
    property: "resume",
    type: "string",
    value: "DIRECTORY",
    description: "go on with the run there; it needs no NAME",
  },
  {
    name: "keep-on-failure",
    property: "keepOnFailure",
    type: "boolean",
    description: "leave guests or namespaces up when the run fails or a trial is invalid",
  },
  {
    name: "upstream-lines",
    property: "upstreamLines",
    type: "boolean",
    description: "print figures as the system's own scripts do instead of the table",
  },
  {
    name: "ndjson",
    property: "ndjson",
    type: "boolean",
    description: "print events on stdout as they happen instead of the table",
  },
];

/** Where sources are looked for; of systems that build from some. */
export const mirrorFlag: Flag = {
  ...{ name: "mirror", property: "mirror", type: "string" },
  value: "REPOSITORY",
  multiple: true,
  description: "path or URL where sources are looked for first",
};

/** Flags every `run` has, besides the options of the experiment. */
export const runFlags: readonly Flag[] = [...usualRunFlags, ...campaignFlags];

/** Where guests can boot another kernel than the distribution's: which one. */
export const guestKernelFlags = (system: System): readonly Flag[] =>
  system.kernels === undefined
    ? []
    : [
        {
          ...{ name: "kernel", property: "kernel", type: "string" },
          choices: kernelNames(system),
          default: stockKernel,
          description: "kernel that guests boot; kernel build makes it",
        },
      ];

/** The flags of `run` of a system. */
export const runFlagsOf = (system: System): readonly Flag[] => [
  ...runFlags,
  ...guestKernelFlags(system),
  ...(system.setup?.builds === undefined ? [] : [mirrorFlag]),
];
