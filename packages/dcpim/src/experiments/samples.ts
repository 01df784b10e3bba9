import type { MetricSample } from "@hoststack/tools";

/** A latency in seconds; less is better. */
export const latencySample = (metric: string, value: number, definition: string): MetricSample => ({
  metric,
  value,
  unit: "s",
  definition,
  better: "lower",
});

/** Messages per second. */
export const messageRateSample = (value: number, definition: string): MetricSample => ({
  ...{ metric: "messageRate", value, definition },
  ...({ unit: "count/s", better: "higher" } as const),
});

/** Payload in bit/s. */
export const goodputSample = (
  value: number,
  definition: string,
  metric = "goodput",
): MetricSample => ({ metric, value, unit: "bit/s", definition, better: "higher" });
