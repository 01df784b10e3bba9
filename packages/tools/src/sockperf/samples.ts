import type { MetricSample } from "../kernel/sample.js";
import { toSi } from "../kernel/units.js";
import type { SockperfLatency } from "./latency.js";
import type { SockperfServer } from "./server.js";
import type { SockperfThroughput } from "./throughput.js";

/** What sockperf means by its words, which are no powers of 1000. */
const meant = {
  MBps: "MBps (2^20 bytes/s)",
  GBps: "GBps (1000 * 2^20 bytes/s)",
} as const;

/** Throughput as samples; both count what the client sent, so compare UDP with the server. */
export function sockperfThroughputSamples(result: SockperfThroughput): MetricSample[] {
  return [
    {
      metric: "messageRate",
      value: result.messagesPerS,
      unit: "count/s",
      asReported: { value: String(result.messagesPerS), unit: "msg/sec" },
      definition: "messages sent by the client per second",
      better: "higher",
    },
    {
      metric: "sentRate",
      value: result.bytesPerS,
      unit: "bytes/s",
      asReported: { value: result.bandwidth.value, unit: meant[result.bandwidth.unit] },
      definition: "payload sent by the client",
      better: "higher",
    },
  ];
}

/** Latency as samples: `oneWayLatency.*` is RTT/2, `roundTripLatency.*` the whole. */
export function sockperfLatencySamples(result: SockperfLatency): MetricSample[] {
  const family = result.fullRtt ? "roundTripLatency" : "oneWayLatency";
  const definition = result.fullRtt ? "round trip" : "RTT/2";
  const sample = (name: string, latencyUs: number): MetricSample => ({
    metric: `${family}.${name}`,
    value: toSi(latencyUs, "sockperf usec"),
    unit: "s",
    asReported: { value: latencyUs.toFixed(3), unit: "usec" },
    definition,
    better: "lower",
  });
  const count = (metric: string, value: number): MetricSample => ({
    metric,
    value,
    unit: "count",
    definition: "in the valid duration",
    better: "lower",
  });
  return [
    sample("mean", result.averageUs),
    sample("stdDev", result.stdDevUs),
    sample("min", result.minUs),
    ...result.percentiles.map(({ percent, latencyUs }) => sample(`p${percent}`, latencyUs)),
    sample("max", result.maxUs),
    count("droppedMessages", result.dropped),
    count("duplicatedMessages", result.duplicated),
    count("outOfOrderMessages", result.outOfOrder),
  ];
}

/** The server's total as a sample, the other half of a UDP loss figure. */
export function sockperfServerSamples(result: SockperfServer): MetricSample[] {
  return [
    {
      metric: "messagesReceived",
      value: result.messagesReceived,
      unit: "count",
      definition: "messages of all clients the server handled, without warm-up messages",
      better: "higher",
    },
  ];
}
