import {
  coalescingStep,
  flowSteeringStep,
  type InformedPart,
  irqAffinityStep,
  irqbalanceStoppedStep,
  offloadsStep,
  type Step,
  sysctlStep,
} from "@hoststack/core";
import type { HostFacts } from "../../host-facts.js";
import { knobsFor } from "../../module/host-knobs.js";
import { cardRules, clusterPlan } from "../../steering/plans.js";
import { moduleConditions } from "../module-conditions.js";
import { applicationCpus } from "../pinned-programs.js";
import { hostNumber, hostsOf } from "./flow-plan.js";
import type { PatternOptions } from "./options.js";
import { queueSharing } from "./queues.js";

const socketBytes = 12_582_912;
const rxUsecs = 6;

/**
 * What upstream's `cloudlab_script/setup.sh` sets on a host: each flow has a queue, and a queue interrupts the CPU its
 * application has; the matching CPU is left out. The MTU stays what it is. Features come before rules, as some cards
 * forget all rules when `ntuple` is switched off.
 */
function cloudLabSteps(options: PatternOptions, part: InformedPart<HostFacts>): readonly Step[] {
  const [nic = ""] = part.nics;
  const { pattern } = options;
  const { matchingCpu } = knobsFor(options, { nic, facts: part.facts });
  const index = hostNumber(pattern, part.role, part.index);
  const plan = clusterPlan({ hosts: hostsOf(pattern), index, queues: queueSharing(pattern) });
  const offloads = offloadsStep({
    nic,
    ntuple: false,
    gro: true,
    gso: true,
    tso: true,
    lro: false,
  });
  return [
    irqbalanceStoppedStep(),
    coalescingStep({ nic, adaptiveRx: false, adaptiveTx: false, rxUsecs }),
    offloads,
    irqAffinityStep({ nic, cpus: applicationCpus(part, nic, matchingCpu) }),
    sysctlStep({ key: "net.core.wmem_max", value: socketBytes }),
    sysctlStep({ key: "net.core.rmem_max", value: socketBytes }),
    flowSteeringStep({ nic, rules: cardRules(plan), after: offloads.id }),
  ];
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
