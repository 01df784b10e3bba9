import type { Suite } from "@hoststack/core";

/** Sockets against RoCE at the sizes the lab sheet compares, in about a minute. */
export const quickstart: Suite = {
  summary: "sockets against RoCE: throughput, message rate and latency",
  variants: [
    {
      id: "tcp-throughput-1472",
      experiment: "sockperf-throughput",
      options: { protocol: "tcp", messageBytes: 1472 },
    },
    {
      id: "udp-latency-16",
      experiment: "sockperf-ping-pong",
      options: { protocol: "udp", messageBytes: 16 },
    },
    { id: "send-bw-65536", experiment: "ib-send-bw", options: { messageBytes: 65_536 } },
    { id: "write-bw-65536", experiment: "ib-write-bw", options: { messageBytes: 65_536 } },
    // perftest counts small messages by the hundred: 4 s measured instead of 2 halve that step
    { id: "send-bw-16", experiment: "ib-send-bw", options: { messageBytes: 16, durationS: 6 } },
    { id: "write-bw-16", experiment: "ib-write-bw", options: { messageBytes: 16, durationS: 6 } },
    { id: "send-lat-16", experiment: "ib-send-lat", options: { messageBytes: 16 } },
  ],
};
