import { isIP, isIPv6 } from "node:net";
import { z } from "zod";

const address = z.string().refine((text) => isIP(text) !== 0, "must be an IP address");
const port = z.int().min(0).max(65_535);

/** Field checks of a rule. */
export const flowRuleSchema = z
  .strictObject({
    flowType: z.enum(["tcp4", "udp4", "tcp6", "udp6"]),
    srcIp: address.optional(),
    dstIp: address.optional(),
    srcPort: port.optional(),
    dstPort: port.optional(),
    action: z.union([z.literal("drop"), z.strictObject({ queue: z.int().min(0).max(65_535) })]),
  })
  .refine(
    ({ flowType, srcIp, dstIp }) =>
      [srcIp, dstIp].every((one) => one === undefined || isIPv6(one) === flowType.endsWith("6")),
    { path: ["flowType"], message: "must be of the same IP version as the addresses" },
  )
  .refine(
    (one) => [one.srcIp, one.dstIp, one.srcPort, one.dstPort].some((field) => field !== undefined),
    {
      path: ["flowType"],
      message: "needs an address or a port: a NIC takes no rule for everything",
    },
  );

/** Which packets go where; what is not named may be anything. */
export interface FlowRule {
  readonly flowType: "tcp4" | "udp4" | "tcp6" | "udp6";
  readonly srcIp?: string | undefined;
  readonly dstIp?: string | undefined;
  readonly srcPort?: number | undefined;
  readonly dstPort?: number | undefined;
  /** Receive queue, or away with them. */
  readonly action: "drop" | { readonly queue: number };
}

const types = {
  tcp4: "TCP over IPv4",
  udp4: "UDP over IPv4",
  tcp6: "TCP over IPv6",
  udp6: "UDP over IPv6",
} as const;

/** Shortest form of an IPv6 address, as ethtool prints it. */
function shown(ip: string): string {
  return isIPv6(ip) ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
}

/**
 * What `ethtool -u` shows of a rule besides fields that may be anything, joined: `TCP over IPv4; Dest port:
 * 4000; Direct to queue 3` is what the check of the step makes of it.
 */
export function shownRule(rule: FlowRule): string {
  const { srcIp, dstIp, srcPort, dstPort, action } = rule;
  const fields = [
    ...(srcIp === undefined ? [] : [`Src IP addr: ${shown(srcIp)}`]),
    ...(dstIp === undefined ? [] : [`Dest IP addr: ${shown(dstIp)}`]),
    ...(srcPort === undefined ? [] : [`Src port: ${srcPort}`]),
    ...(dstPort === undefined ? [] : [`Dest port: ${dstPort}`]),
  ];
  const target = action === "drop" ? "Drop" : `Direct to queue ${action.queue}`;
  return [types[rule.flowType], ...fields, target].join("; ");
}

/** The packets alone, without where they go. */
export function shownMatch(shownText: string): string {
  return shownText.slice(0, shownText.lastIndexOf("; "));
}

/** Arguments of `ethtool -N NIC` that insert a rule. */
export function ruleArguments(rule: FlowRule, location: number): readonly string[] {
  const { srcIp, dstIp, srcPort, dstPort, action } = rule;
  return [
    ...["flow-type", rule.flowType],
    ...(srcIp === undefined ? [] : ["src-ip", srcIp]),
    ...(dstIp === undefined ? [] : ["dst-ip", dstIp]),
    ...(srcPort === undefined ? [] : ["src-port", String(srcPort)]),
    ...(dstPort === undefined ? [] : ["dst-port", String(dstPort)]),
    ...["action", action === "drop" ? "-1" : String(action.queue)],
    ...["loc", String(location)],
  ];
}
