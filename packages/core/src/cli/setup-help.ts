import type { System } from "../system/system.js";
import { flagLines, helpColumns } from "./help.js";
import { ownSetupFlags, type SetupVerb, setupFlags } from "./setup-flags.js";
import { wrap } from "./wrap.js";

const summaries: Readonly<Record<SetupVerb, string>> = {
  plan: "what would setup change?",
  setup: "have hosts ready for experiments",
  build: "build what is built from sources",
};

const texts: Readonly<Record<SetupVerb, string>> = {
  plan: "Asks every host of a testbed file and shows what is fine already and which commands would change the rest. Changes nothing.",
  setup:
    "Shows the plan, asks, then changes the hosts of a testbed file: packages, modules, programs. An ended setup goes on where it was; restore undoes it. For vm and netns it builds and caches, as run does.",
  build:
    "Only builds: on the hosts of a testbed file, asked first, or for vm and netns into this machine's cache. What did not change is not built again.",
};

const endings: Readonly<Record<SetupVerb, string>> = {
  plan: "0 shown, 3 it cannot be done, 10 changes (--detailed-exitcode)",
  setup: "0 done or nothing to do, 1 declined, 2 no --yes, 3 impossible",
  build: "0 done or nothing to do, 1 declined or failed, 2 no --yes",
};

/** Help of such a verb. */
export function setupHelp(system: System, verb: SetupVerb): string {
  const own = ownSetupFlags(system).map(({ name }) => name);
  const flags = setupFlags(system, verb);
  const ofSetup = flags.filter(({ name }) => own.includes(name));
  return [
    `${system.name} ${verb} [NAME...] [flags]: ${summaries[verb]}`,
    "",
    ...wrap(`${texts[verb]} Without a NAME it is for all experiments.`, helpColumns),
    "",
    ...(ofSetup.length === 0 ? [] : ["Options of the setup", ...ofSetup.flatMap(flagLines)]),
    `Flags of ${verb}`,
    ...flags.filter((flag) => !ofSetup.includes(flag)).flatMap(flagLines),
    ...wrap(`Exit status: ${endings[verb]}`, helpColumns),
  ].join("\n");
}
