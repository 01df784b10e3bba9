import { formatSi } from "@hoststack/tools";
import { hoststackError } from "../../errors/error.js";
import type { Link } from "../testbed.js";
import type { TrafficDemand, TrafficEnd, TrafficRisk, TrafficState } from "./traffic.js";

/** One experiment's traffic on one link. */
export interface TrafficPlan {
  /** Name of the experiment, for messages. */
  readonly experiment: string;
  readonly link: Link;
  /** Undefined when the experiment does not say what it sends. */
  readonly demand: TrafficDemand | undefined;
}

interface Finding {
  readonly risk: TrafficRisk;
  readonly text: string;
}

function endFindings(end: TrafficEnd): Finding[] {
  const { host, nic, defaultRoute, sshSession, unconfirmed } = end;
  const findings: Finding[] = [];
  if (defaultRoute) {
    const text = `${nic} of ${host} is, or shares hardware with, the interface of its default route`;
    findings.push({ risk: "default-route", text });
  }
  if (sshSession) {
    const text = `${nic} of ${host} is, or shares hardware with, the interface its SSH session uses`;
    findings.push({ risk: "ssh-session", text });
  }
  if (sshSession === undefined) {
    const text = `${host} does not tell which interface its SSH session uses (SSH_CONNECTION is in no process above its shell); ${nic} may be it`;
    findings.push({ risk: "ssh-session", text });
  }
  if (unconfirmed !== undefined) {
    const text = `the peer of ${host} on ${nic} is not confirmed: ${unconfirmed}`;
    findings.push({ risk: "unconfirmed-peer", text });
  }
  return findings;
}

/** The highest rate a plan can send at: what it says, else the faster of the ends that tell. */
function rateOf(demand: TrafficDemand | undefined, ends: readonly TrafficEnd[]) {
  if (demand?.bitsPerS !== undefined) return demand.bitsPerS;
  const speeds = ends.flatMap(({ speedBitsPerS }) => speedBitsPerS ?? []);
  return speeds.length === 0 ? undefined : Math.max(...speeds);
}

function limitFindings(plan: TrafficPlan, state: TrafficState, ends: readonly TrafficEnd[]) {
  const findings: Finding[] = [];
  const { maxBitsPerS, maxSeconds } = state;
  const rate = rateOf(plan.demand, ends);
  if (maxBitsPerS !== undefined && rate !== undefined && rate > maxBitsPerS) {
    const limit = formatSi(maxBitsPerS, "bit/s");
    const own =
      plan.demand?.bitsPerS === undefined ? " (it has no limit, so the link's speed)" : "";
    const text = `${plan.experiment} may send at ${formatSi(rate, "bit/s")}${own}; the testbed allows ${limit}`;
    findings.push({ risk: "rate", text });
  }
  if (maxSeconds === undefined) return findings;
  const seconds = plan.demand?.seconds;
  if (seconds === undefined) {
    const text = `${plan.experiment} does not say how long it sends; the testbed allows ${maxSeconds} s`;
    findings.push({ risk: "time", text });
  } else if (seconds > maxSeconds) {
    const text = `${plan.experiment} may send for ${seconds} s; the testbed allows ${maxSeconds} s`;
    findings.push({ risk: "time", text });
  }
  return findings;
}

/**
 * Refuses traffic that could harm others: on the interface of a default route or an SSH session,
 * toward a peer that is not confirmed, above the testbed's stated rate or time; unless the user allows
 * it. Without a link speed and a limit of the experiment's own only the time is checked. Throws
 * TRAFFIC_REFUSED with every reason.
 */
export function checkTraffic(plans: readonly TrafficPlan[], state: TrafficState): void {
  const findings = plans.flatMap((plan) => {
    const ends = state.links.get(plan.link.name);
    if (ends === undefined) throw new Error(`every link is judged, also ${plan.link.name}`);
    return [...ends.flatMap(endFindings), ...limitFindings(plan, state, ends)];
  });
  const refused = findings.filter(({ risk }) => !state.allow.has(risk));
  if (refused.length === 0) return;
  const lines = [...new Set(refused.map(({ text }) => text))];
  const risks = [...new Set(refused.map(({ risk }) => risk))];
  throw hoststackError("TRAFFIC_REFUSED", `traffic is refused\n${lines.join("\n")}`, {
    remedy: `if you answer for it: --allow-traffic ${risks.join(",")}, or traffic: { allow: [${risks.join(", ")}] } in the testbed file`,
    details: { risks, reasons: lines },
  });
}
