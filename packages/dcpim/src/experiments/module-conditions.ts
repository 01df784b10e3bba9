import {
  gsoMaxSizeStep,
  hoststackError,
  type InformedPart,
  type ModuleFile,
  moduleFileStep,
  moduleOf,
  offloadsStep,
  type Step,
} from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { moduleBuild } from "../module/build.js";
import { checkFit } from "../module/fit-knobs.js";
import { knobPlace, knobsFor } from "../module/host-knobs.js";
import type { WantedKnobs } from "../module/knob-options.js";
import type { ModuleKnobs } from "../module/knobs.js";
import { kernelText, type ModuleKernel, possibleKernels } from "../module/module-kernel.js";
import { profileMtuBytes } from "../profiles/host-profiles.js";
import type { NicSettings } from "./published-settings.js";
import { type ProfileName, profileSteps } from "./run-profile.js";

/** Settings that hold beside the module. */
export interface HostSettings {
  /** Those of upstream's setup scripts. @default none */
  readonly profile?: ProfileName;
  /** What takes the place of such a setting, or of what dcPIM cannot do without. @default nothing */
  readonly instead?: NicSettings | undefined;
}

/** The same steps, those that are given instead in the place of those with their ids, others first. */
function replaced(steps: readonly Step[], instead: readonly Step[]): readonly Step[] {
  const known = new Set(steps.map(({ id }) => id));
  const own = steps.map((step) => instead.find(({ id }) => id === step.id) ?? step);
  return [...instead.filter(({ id }) => !known.has(id)), ...own];
}

/**
 * The module for the kernel a host runs, among those it has. Where its signs leave open which kernel that is, only a
 * module that was built for its very release tells: a release ends in a hash of the kernel's patches as well.
 */
function fittingModule(
  knobs: ModuleKnobs,
  { kernel: signs, modules }: InformedPart<HostFacts>["facts"],
): { readonly kernel: ModuleKernel; readonly module: ModuleFile } | undefined {
  const kernels = possibleKernels(signs);
  for (const kernel of kernels) {
    const module = moduleOf(moduleBuild(knobs, kernel), modules);
    if (module === undefined) continue;
    if (kernels.length === 1 || module.release === signs.release) return { kernel, module };
  }
  return undefined;
}

/**
 * What has to hold on a host while dcPIM runs: the module with these knobs and for the kernel it runs is loaded, and
 * packets come in merged. On a kernel without the patch none goes out larger than the MTU, since it cannot cut those of
 * protocol 0xFE and drops them. Knobs that are not given follow from the machine. Throws OPTIONS_INVALID for knobs the
 * host would not survive, and SETUP_MISSING.
 */
export function moduleConditions(
  options: WantedKnobs,
  part: InformedPart<HostFacts>,
  { profile = "none", instead }: HostSettings = {},
): readonly Step[] {
  const {
    host,
    nics: [nic = ""],
    facts,
  } = part;
  const place = { nic, facts };
  const knobs = knobsFor(options, place);
  checkFit(knobs, knobPlace(place), host);
  const fitting = fittingModule(knobs, facts);
  const mtuBytes = facts.mtusBytes[nic];
  if (fitting === undefined || mtuBytes === undefined) {
    const kernels = possibleKernels(facts.kernel).map(kernelText).join(" or ");
    const what =
      fitting === undefined ? `module with these knobs for its ${kernels}` : `NIC ${nic}`;
    throw hoststackError("SETUP_MISSING", `${host} has no ${what}`, {
      remedy:
        "give setup the same knobs for servers; for guests a run by its command line builds it",
    });
  }
  const settings = profileSteps(profile, part, knobs.matchingCpu);
  const { kernel, module } = fitting;
  // a profile merges packets as well
  const base = settings.length > 0 ? settings : [offloadsStep({ nic, gro: true })];
  const own = profile === "none" ? mtuBytes : profileMtuBytes;
  const bytes = instead === undefined ? own : instead.dcpimPacketBytes;
  return [
    ...replaced(base, instead?.steps ?? []),
    ...(kernel.patched || bytes === undefined ? [] : [gsoMaxSizeStep({ nic, bytes })]),
    moduleFileStep({ module }),
  ];
}
