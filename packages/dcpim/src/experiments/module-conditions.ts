import {
  cpuTopologyOf,
  gsoMaxSizeStep,
  hoststackError,
  type InformedPart,
  moduleFileStep,
  moduleOf,
  offloadsStep,
  type Step,
} from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { moduleBuild } from "../module/build.js";
import { checkFit } from "../module/fit-knobs.js";
import type { ModuleKnobs } from "../module/knobs.js";
import { profileMtuBytes } from "../profiles/host-profiles.js";
import { type ProfileName, profileSteps } from "./run-profile.js";

/**
 * What has to hold on a host while dcPIM runs on a kernel without its patch: the module with these knobs is loaded,
 * packets come in merged, and none goes out larger than the MTU, since the kernel cannot cut those of protocol 0xFE
 * and drops them. Throws OPTIONS_INVALID for knobs the host would not survive, and SETUP_MISSING.
 */
export function moduleConditions(
  knobs: ModuleKnobs,
  part: InformedPart<HostFacts>,
  profile: ProfileName = "none",
): readonly Step[] {
  const {
    host,
    nics: [nic = ""],
    facts,
  } = part;
  checkFit(knobs, { topology: cpuTopologyOf(facts), nic, linkGbps: undefined }, host);
  const module = moduleOf(moduleBuild(knobs), facts.modules);
  const mtuBytes = facts.mtusBytes[nic];
  if (module === undefined || mtuBytes === undefined) {
    const what = module === undefined ? "module with these knobs" : `NIC ${nic}`;
    throw hoststackError("SETUP_MISSING", `${host} has no ${what}`, {
      remedy: "run it by its command line on --testbed vm, which builds the module and brings it",
    });
  }
  const settings = profileSteps(profile, part, knobs.matchingCpu);
  return [
    // a profile merges packets as well
    ...(settings.length > 0 ? settings : [offloadsStep({ nic, gro: true })]),
    gsoMaxSizeStep({ nic, bytes: profile === "none" ? mtuBytes : profileMtuBytes }),
    moduleFileStep({ module }),
  ];
}
