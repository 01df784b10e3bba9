import { hoststackError, type InformedPart, type ProfileStep } from "@hoststack/core";
import { applicationCpus } from "../module/application-cpus.js";
import type { knobFacts } from "../module/host-knobs.js";
import {
  type ClusterPlace,
  cardRules,
  clusterPlan,
  longFlowPlan,
  type SteeringPlan,
  shortMessagePlan,
} from "../steering/plans.js";

/** What a profile is made for. */
export interface ProfileHost {
  readonly nic: string;
  readonly role: "client" | "server";
  /** CPU of each receive queue, in order: those local to the NIC, the matching CPU left out. */
  readonly queueCpus: readonly number[];
  /** Rules for the packets of this host. @default upstream's */
  readonly steering?: SteeringPlan;
}

/** A host that takes part, its queues on the CPUs applications have. Without a matching CPU it is that of its knobs. */
export function profileHost(
  { nics: [nic = ""], role, facts }: InformedPart<typeof knobFacts>,
  matchingCpu?: number,
): ProfileHost {
  return { nic, role, queueCpus: applicationCpus({ nic, facts }, matchingCpu) };
}

/** MTU of upstream's profiles for two hosts. */
export const profileMtuBytes = 9000;

const socketBytes = 12_582_912;

interface Settings {
  /** @default what the NIC has */
  readonly mtuBytes?: number;
  readonly rxUsecs: number;
  /** Whether the card and the kernel cut large packets. */
  readonly segmentation: boolean;
  readonly steering: SteeringPlan;
}

/**
 * The settings of upstream's setup scripts, as a profile for `tune` says them. Features come before rules: drivers of
 * some cards forget all rules when `ntuple` is switched off.
 */
function profileSteps(
  { nic, queueCpus, steering }: Omit<ProfileHost, "role">,
  settings: Settings,
): readonly ProfileStep[] {
  if (queueCpus.length === 0) {
    throw hoststackError("OPTIONS_INVALID", `profile of ${nic}: "queueCpus" names no CPU`, {
      details: { field: "queueCpus" },
    });
  }
  const { mtuBytes, rxUsecs, segmentation: cut } = settings;
  const ofNic = (step: string, options: ProfileStep["options"]) => ({
    step,
    options: { nic, ...options },
  });
  const sysctl = (key: string) => ({ step: "sysctl", options: { key, value: socketBytes } });
  return [
    ...(mtuBytes === undefined ? [] : [ofNic("mtu", { mtuBytes })]),
    { step: "irqbalance-stopped", options: {} },
    ofNic("offloads", { ntuple: false, gro: true, gso: cut, tso: cut, lro: false }),
    ofNic("coalescing", { adaptiveRx: false, adaptiveTx: false, rxUsecs }),
    ofNic("irq-affinity", { cpus: queueCpus }),
    sysctl("net.core.wmem_max"),
    sysctl("net.core.rmem_max"),
    ofNic("flow-steering", { rules: cardRules(steering ?? settings.steering) }),
  ];
}

/** What upstream's `host_setup.sh` and `target_setup.sh` set, for long flows. Throws OPTIONS_INVALID. */
export const longProfile = (host: ProfileHost): readonly ProfileStep[] =>
  profileSteps(host, {
    ...{ mtuBytes: profileMtuBytes, rxUsecs: 6, segmentation: true },
    steering: longFlowPlan(),
  });

/**
 * What `host_setup_short.sh` and `target_setup_short.sh` set, for short messages. Upstream's run script then makes the
 * 3 us 6 again: `asPublished` does the same. Throws OPTIONS_INVALID.
 */
export const shortProfile = (
  host: ProfileHost,
  { asPublished = false } = {},
): readonly ProfileStep[] =>
  profileSteps(host, {
    ...{ mtuBytes: profileMtuBytes, rxUsecs: asPublished ? 6 : 3, segmentation: false },
    steering: shortMessagePlan(host.role),
  });

/**
 * What upstream's `cloudlab_script/setup.sh` sets on one of several hosts: each flow has a queue, and a queue interrupts
 * the CPU its application has. The MTU stays what it is. Throws OPTIONS_INVALID.
 */
export const cloudLabProfile = (
  host: Omit<ProfileHost, "role">,
  place: ClusterPlace,
): readonly ProfileStep[] =>
  profileSteps(host, { rxUsecs: 6, segmentation: true, steering: clusterPlan(place) });
