import type { Flag } from "./flags.js";
import { helpFlag, runFlags, verboseFlag } from "./run-flags.js";

/** Flags of `run` that say where. */
export const whereFlags: readonly Flag[] = runFlags.filter(({ name }) =>
  ["testbed", "role", "allow-traffic", "hosts"].includes(name),
);

/** Flags of `doctor`. */
export const doctorFlags: readonly Flag[] = [
  ...whereFlags,
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print all findings on stdout as JSON",
  },
  verboseFlag,
  helpFlag,
];
