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
import { kernelText, moduleKernelOf } from "../module/module-kernel.js";
import { profileMtuBytes } from "../profiles/host-profiles.js";
import { type ProfileName, profileSteps } from "./run-profile.js";

/**
 * What has to hold on a host while dcPIM runs: the module with these knobs and for the kernel it runs is loaded, and
 * packets come in merged. On a kernel without the patch none goes out larger than the MTU, since it cannot cut those of
 * protocol 0xFE and drops them. Throws OPTIONS_INVALID for knobs the host would not survive, CAPABILITY_MISSING where the
 * kernel does not show what it is, and SETUP_MISSING.
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
  const kernel = moduleKernelOf(facts.kernel, host);
  const module = moduleOf(moduleBuild(knobs, kernel), facts.modules);
  const mtuBytes = facts.mtusBytes[nic];
  if (module === undefined || mtuBytes === undefined) {
    const what =
      module === undefined ? `module with these knobs for its ${kernelText(kernel)}` : `NIC ${nic}`;
    throw hoststackError("SETUP_MISSING", `${host} has no ${what}`, {
      remedy: "run it by its command line on --testbed vm, which builds the module and brings it",
    });
  }
  const settings = profileSteps(profile, part, knobs.matchingCpu);
  return [
    // a profile merges packets as well
    ...(settings.length > 0 ? settings : [offloadsStep({ nic, gro: true })]),
    ...(kernel.patched
      ? []
      : [gsoMaxSizeStep({ nic, bytes: profile === "none" ? mtuBytes : profileMtuBytes })]),
    moduleFileStep({ module }),
  ];
}
