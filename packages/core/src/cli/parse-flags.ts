import type { Flag } from "./flags.js";
import { helpFlag } from "./run-flags.js";

/** Flags of `parse`. */
export const parseFlagList: readonly Flag[] = [
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print one JSON array instead of one JSON object a line",
  },
  helpFlag,
];
