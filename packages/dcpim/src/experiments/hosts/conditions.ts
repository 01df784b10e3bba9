import { type InformedPart, type Step, stepsOfProfile, sysctlStep } from "@hoststack/core";
import type { HostFacts } from "../../host-facts.js";
import { cloudLabProfile, profileHost } from "../../profiles/host-profiles.js";
import { moduleConditions } from "../module-conditions.js";
import { hostNumber, hostsOf } from "./flow-plan.js";
import type { PatternOptions } from "./options.js";
import { queueSharing } from "./queues.js";

/** What the settings of upstream's scripts are for a host of a pattern. */
function cloudLabSteps(options: PatternOptions, part: InformedPart<HostFacts>): readonly Step[] {
  const { pattern, matchingCpu } = options;
  const index = hostNumber(pattern, part.role, part.index);
  const settings = cloudLabProfile(profileHost(part, matchingCpu), {
    hosts: hostsOf(pattern),
    index,
    queues: queueSharing(pattern),
  });
  return stepsOfProfile(settings, { lifetime: "scoped" });
}

/** What holds on a host of several meanwhile: the module is loaded, for TCP as well, and the settings of a profile. */
export function hostFlowConditions(
  options: PatternOptions,
  part: InformedPart<HostFacts>,
): readonly Step[] {
  const settings = options.profile === "none" ? [] : cloudLabSteps(options, part);
  const set = new Set(settings.map(({ id }) => id));
  return [
    ...settings,
    ...moduleConditions(options, part).filter(({ id }) => !set.has(id)),
    // ports follow from the hosts alone, and TCP would not use them again for a minute
    sysctlStep({ key: "net.ipv4.tcp_tw_reuse", value: 1 }),
  ];
}
