import type { Flag } from "./flags.js";
import { helpFlag } from "./run-flags.js";

/** Flags of `bundle`. */
export const bundleFlags: readonly Flag[] = [
  {
    name: "out",
    property: "out",
    type: "string",
    value: "FILE",
    description: "archive to write (default the run's name and .tar.gz, here)",
  },
  {
    name: "pseudonymise",
    property: "pseudonymise",
    type: "boolean",
    description: "replace names and addresses in all texts, each by the same pseudonym",
  },
  {
    name: "hide",
    property: "hide",
    type: "string",
    value: "NAME",
    multiple: true,
    description: "replace this name too, e.g. of a project; again for more",
  },
  {
    name: "force",
    property: "force",
    type: "boolean",
    description: "replace a file that is there already",
  },
  helpFlag,
];
