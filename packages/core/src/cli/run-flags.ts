import type { Flag } from "./flags.js";

/** Asks for help; every command has it. */
export const helpFlag: Flag = {
  name: "help",
  property: "help",
  type: "boolean",
  short: "h",
  description: "show this help",
};

/** Flags every `run` has, besides the options of the experiment. */
export const runFlags: readonly Flag[] = [
  {
    name: "testbed",
    property: "testbed",
    type: "string",
    choices: ["vm", "netns"],
    default: "vm",
    description: "two guests, or two network namespaces",
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
  helpFlag,
];
