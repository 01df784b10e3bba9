import type { System } from "../system/system.js";
import { whereFlags } from "./doctor-flags.js";
import { type Flag, flagsOf } from "./flags.js";
import { guestKernelFlags, helpFlag, mirrorFlag, verboseFlag } from "./run-flags.js";

/** Where programs for hosts are built. */
export const buildPlaces = ["hosts", "controller"] as const;

/** Flags of systems that build from sources. */
const buildPlaceFlags: readonly Flag[] = [
  {
    ...{ name: "build-on", property: "buildOn", type: "string" },
    choices: buildPlaces,
    default: "hosts",
    description: "who builds, a controller to copy",
  },
  mirrorFlag,
];

/** Flags that set options of a system's setup. */
export const ownSetupFlags = ({ setup }: System): readonly Flag[] =>
  setup === undefined ? [] : flagsOf(setup.options);

/** What all three verbs take. */
const commonFlags = (system: System): readonly Flag[] => [
  ...ownSetupFlags(system),
  ...(system.setup?.builds === undefined ? [] : buildPlaceFlags),
  // none of them sends traffic
  ...whereFlags.filter(({ name }) => name !== "allow-traffic" && name !== "hosts"),
  ...guestKernelFlags(system),
];

const jsonFlag: Flag = {
  ...{ name: "json", property: "json", type: "boolean" },
  description: "print JSON on stdout",
};

const yesFlag: Flag = {
  ...{ name: "yes", property: "yes", type: "boolean" },
  description: "do not ask; needed without a terminal",
};

const exitFlag: Flag = {
  ...{ name: "detailed-exitcode", property: "detailedExitcode", type: "boolean" },
  description: "exit status 10 when something would be changed",
};

/** Verbs that set hosts up, or say what that would do. */
export type SetupVerb = "build" | "plan" | "setup";

/** The flags of such a verb. */
export const setupFlags = (system: System, verb: SetupVerb): readonly Flag[] => [
  ...commonFlags(system),
  verb === "plan" ? exitFlag : yesFlag,
  jsonFlag,
  verboseFlag,
  helpFlag,
];
