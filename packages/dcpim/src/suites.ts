import type { Suite } from "@hoststack/core";
import { cloudLabKnobs } from "./module/knobs.js";

const protocols = ["dcpim", "tcp"] as const;

/** An experiment over both protocols, one after the other. */
const overBoth = (
  id: string,
  experiment: string,
  options: Readonly<Record<string, unknown>> = {},
) =>
  protocols.map((protocol) => ({
    id: `${protocol}-${id}`,
    experiment,
    options: { protocol, ...options },
  }));

/** Everything once, as short as it tells something, over both protocols. */
export const quickstart: Suite = {
  summary: "flows, iperf3, round trips and messages over dcPIM and TCP",
  variants: [
    ...overBoth("long", "long-flows", { durationS: 10 }),
    ...overBoth("iperf3", "iperf3", { durationS: 6 }),
    ...overBoth("incast", "incast", { flows: 3, durationS: 12 }),
    ...overBoth("round-trip", "ping-pong", { durationS: 4 }),
    ...overBoth("messages", "short-messages", { durationS: 4 }),
    {
      id: "tcp-messages-each",
      experiment: "short-messages",
      options: { protocol: "tcp", connections: "per-message", durationS: 4 },
    },
  ],
};

/** Source: the sizes kernel_impl/scripts/dump_short_dcpim.sh and dump_short_tcp.sh read, at 2abda17. */
const publishedSizes = {
  dcpim: [64, 128, 256, 512, 1024, 2048, 4096, 8192],
  tcp: [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072],
} as const;

/** What upstream's scripts sweep for short messages: each client sends all it can, for 140 s, by the hosts' own clocks. */
export const publishedMessages: Suite = {
  summary: "upstream's sizes of short messages, unpaced, by the hosts' clocks",
  variants: protocols.flatMap((protocol) =>
    publishedSizes[protocol].map((messageBytes) => ({
      id: `${protocol}-messages-${messageBytes}`,
      experiment: "short-messages",
      options: { protocol, messageBytes, messagesPerS: 0, durationS: 140, clock: "own" },
    })),
  ),
};

const publishedS = 120;

/** Options of upstream's CloudLab scripts, whose control packets have longer round trips. */
const cloudLab = (flows: number) => ({
  ...{ flows, durationS: publishedS, profile: "cloudlab" },
  controlRttUs: cloudLabKnobs.controlRttUs,
});

/**
 * What upstream's CloudLab scripts run on 8 hosts: 4 flows of a pair, an incast of 15. TCP has the settings of dcPIM here;
 * theirs gives it adaptive coalescing.
 */
export const publishedCloudLab: Suite = {
  summary: "upstream's patterns of 8 hosts: permutation, all-to-all, incast",
  variants: [
    ...overBoth("permutation", "permutation", { servers: 4, ...cloudLab(4) }),
    ...overBoth("all-to-all", "all-to-all", { clients: 4, servers: 4, ...cloudLab(4) }),
    ...overBoth("all-to-all-peers", "all-to-all-peers", { peers: 8, ...cloudLab(4) }),
    ...overBoth("incast", "incast-hosts", { clients: 7, ...cloudLab(15) }),
  ],
};
