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

/** Flags every `run` has, besides the options of the experiment. */
export const runFlags: readonly Flag[] = [
  {
    name: "testbed",
    property: "testbed",
    type: "string",
    value: "WHICH",
    default: "vm",
    description: "vm, netns, kept:NAME (of testbed up), or a testbed file",
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
  helpFlag,
];
