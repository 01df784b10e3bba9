import type { System } from "../system/system.js";
import type { Flag } from "./flags.js";
import { guestKernelFlags, helpFlag, runFlags, verboseFlag } from "./run-flags.js";

/** Flags of `run` that say where. */
export const whereFlags: readonly Flag[] = runFlags.filter(({ name }) =>
  ["testbed", "role", "allow-traffic", "hosts"].includes(name),
);

/** Flags of `doctor` of a system. */
export const doctorFlags = (system: System): readonly Flag[] => [
  ...whereFlags,
  ...guestKernelFlags(system),
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print all findings on stdout as JSON",
  },
  verboseFlag,
  helpFlag,
];
