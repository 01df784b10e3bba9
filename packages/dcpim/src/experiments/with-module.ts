import type { Capability, InformedPart, ToolNeed } from "@hoststack/core";
import { moduleRequirements } from "../doctor/requirements.js";
import { type HostFacts, hostFacts } from "../host-facts.js";
import { type KnobOptions, knobOptions } from "../module/knob-options.js";
import { moduleConditions } from "./module-conditions.js";
import type { NicSettings } from "./published-settings.js";
import { type ProfileName, profileOption } from "./run-profile.js";

/** Options of every experiment: settings of the hosts, and the module's knobs. */
export const runOptions = { profile: profileOption, ...knobOptions } as const;

const needs: readonly Capability[] = ["own-kernel", "root", "separate-machines"];
const tools: readonly ToolNeed[] = [
  { program: "insmod", debianPackage: "kmod" },
  { program: "ip", debianPackage: "iproute2" },
  { program: "lscpu", debianPackage: "util-linux" },
  { program: "taskset", debianPackage: "util-linux" },
];

/** What every experiment needs of hosts, and asks them. */
export const withModule = {
  ...{ needs, tools, facts: hostFacts },
  requirements: moduleRequirements,
} as const;

/**
 * What holds on a host meanwhile: the module is loaded, for TCP as well, and the settings of a profile, or those given
 * instead of some of them.
 */
export const hostConditions = (
  chosen: KnobOptions & { readonly profile: ProfileName },
  host: InformedPart<HostFacts>,
  instead?: NicSettings,
) => moduleConditions(chosen, host, { profile: chosen.profile, instead });
