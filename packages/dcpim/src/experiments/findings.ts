import {
  applyCounterRules,
  type CheckContext,
  grown,
  type Reason,
  tcpRules,
} from "@hoststack/core";

/** A finding that makes the trial unusable. */
export const invalid = (rule: string, text: string): Reason => ({ state: "invalid", rule, text });

/** A finding that keeps the trial out of statistics. */
export const suspect = (rule: string, text: string): Reason => ({ state: "suspect", rule, text });

/** Headers only add to a payload: a data NIC that received less did not carry all of it. */
export function payloadFindings(
  { counters, server }: Pick<CheckContext<unknown, unknown>, "counters" | "server">,
  payloadBytes: number,
): Reason[] {
  const { host, nic } = server;
  const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
  if (crossed >= payloadBytes) return [];
  const text = `${nic} of ${host} received ${crossed} bytes, but ${payloadBytes} bytes of payload are reported`;
  return [invalid("flow.missing", text)];
}

/** Findings on TCP's counters, where TCP is what is measured: else they are those of logins to the hosts. */
export const tcpFindings = (
  { counters }: Pick<CheckContext<unknown, unknown>, "counters">,
  protocol: "dcpim" | "tcp",
): Reason[] => (protocol === "tcp" ? applyCounterRules(tcpRules, counters) : []);
