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

/** A command below `tune`. */
export interface TuneVerb {
  /** What follows the name of the command. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
}

/** The commands below `tune`, in the order of help. */
export const tuneVerbs = {
  apply: {
    usage: "PROFILE.yaml [HOST...] --testbed WHICH [--yes]",
    summary: "show what a profile would change, step by step, and do it",
    flags: [
      testbedFlag,
      yesFlag("do it without asking; needed where there is no terminal to ask on"),
      jsonFlag,
      verboseFlag,
      helpFlag,
    ],
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
} as const satisfies Readonly<Record<string, TuneVerb>>;

/** Name of a command below `tune`. */
export type TuneVerbName = keyof typeof tuneVerbs;
