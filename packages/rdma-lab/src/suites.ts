import type { Suite } from "@hoststack/core";

/** Sockets against RoCE at the sizes the lab sheet compares, in about a minute. */
export const quickstart: Suite = {
  summary: "sockets against RoCE: throughput, message rate, latency",
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

const sweepSizes = [16, 256, 4096, 65_536] as const;

/** One variant for each size, with the bandwidth as its figure, so that they are one line of a chart. */
const overSizes = (experiment: string) =>
  sweepSizes.map((messageBytes) => ({
    id: `${experiment}-${messageBytes}`,
    experiment,
    options: {
      messageBytes,
      figure: "bandwidth",
      // one time for all, or sizes were no line; small messages are counted by the hundred
      durationS: 6,
    },
  }));

/** How bandwidth grows with the size of a message, two-sided and one-sided (exercise 3 of the lab). */
export const messageSizes: Suite = {
  summary: "RDMA bandwidth over message size: send, write and read",
  variants: ["ib-send-bw", "ib-write-bw", "ib-read-bw"].flatMap(overSizes),
};

/** The chart of exercise 4: messages per second over the number of processes, small and large messages. */
export const multiCore: Suite = {
  summary: "message rate over processes, 4 B and 64 KiB; 4 cores",
  variants: [4, 65_536].flatMap((messageBytes) =>
    [1, 2, 3, 4].map((processes) => ({
      id: `processes-${processes}-${messageBytes}`,
      experiment: "ib-send-bw-parallel",
      options: { processes, messageBytes },
    })),
  ),
};

/** Message rates at a low and at a high clock, two-sided and one-sided (exercise 3 of the lab). */
export const slowClock: Suite = {
  summary: "message rate at 16 B by frequency governor; needs cpufreq",
  variants: ["ib-send-bw", "ib-write-bw"].flatMap((experiment) =>
    ["powersave", "performance"].map((governor) => ({
      id: `${experiment}-${governor}`,
      experiment,
      options: { messageBytes: 16, durationS: 6, governor },
    })),
  ),
};
