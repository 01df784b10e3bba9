import {
  coalescingStep,
  flowSteeringStep,
  hoststackError,
  irqAffinityStep,
  irqbalanceStoppedStep,
  linkMtuStep,
  offloadsStep,
  type Step,
  sysctlStep,
} from "@hoststack/core";
import { cardRules, longFlowPlan, type SteeringPlan, shortMessagePlan } from "../steering/plans.js";

/** What a profile is made for. */
export interface ProfileHost {
  readonly nic: string;
  readonly role: "client" | "server";
  /** CPU of each receive queue, in order: those local to the NIC, the matching CPU left out. */
  readonly queueCpus: readonly number[];
  /** Rules for the packets of this host. @default upstream's */
  readonly steering?: SteeringPlan;
}

/** MTU of both of upstream's profiles. */
export const profileMtuBytes = 9000;

const socketBytes = 12_582_912;

interface Settings {
  readonly rxUsecs: number;
  /** Whether the card and the kernel cut large packets. */
  readonly segmentation: boolean;
  readonly steering: (host: ProfileHost) => SteeringPlan;
}

/**
 * The settings of upstream's setup scripts, features before rules: drivers of some cards forget all rules when
 * `ntuple` is switched off.
 */
function profileSteps(host: ProfileHost, settings: Settings): readonly Step[] {
  const { nic, queueCpus } = host;
  if (queueCpus.length === 0) {
    throw hoststackError("OPTIONS_INVALID", `profile of ${nic}: "queueCpus" names no CPU`, {
      details: { field: "queueCpus" },
    });
  }
  const { rxUsecs, segmentation: cut } = settings;
  const offloads = offloadsStep({ nic, ntuple: false, gro: true, gso: cut, tso: cut, lro: false });
  const rules = cardRules(host.steering ?? settings.steering(host));
  return [
    linkMtuStep({ nic, mtuBytes: profileMtuBytes }),
    irqbalanceStoppedStep(),
    offloads,
    coalescingStep({ nic, adaptiveRx: false, adaptiveTx: false, rxUsecs }),
    irqAffinityStep({ nic, cpus: queueCpus }),
    sysctlStep({ key: "net.core.wmem_max", value: socketBytes }),
    sysctlStep({ key: "net.core.rmem_max", value: socketBytes }),
    flowSteeringStep({ nic, rules, after: offloads.id }),
  ];
}

/** What upstream's `host_setup.sh` and `target_setup.sh` set, for long flows. Throws OPTIONS_INVALID. */
export const longProfile = (host: ProfileHost): readonly Step[] =>
  profileSteps(host, { rxUsecs: 6, segmentation: true, steering: () => longFlowPlan() });

/**
 * What `host_setup_short.sh` and `target_setup_short.sh` set, for short messages. Upstream's run script then makes the
 * 3 us 6 again: `asPublished` does the same. Throws OPTIONS_INVALID.
 */
export const shortProfile = (host: ProfileHost, { asPublished = false } = {}): readonly Step[] =>
  profileSteps(host, {
    rxUsecs: asPublished ? 6 : 3,
    segmentation: false,
    steering: ({ role }) => shortMessagePlan(role),
  });
