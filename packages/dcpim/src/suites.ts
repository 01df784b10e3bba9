import type { Suite } from "@hoststack/core";

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
