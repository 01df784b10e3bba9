/**
 * SI base units of recorded values. `bit/s` and `bytes/s` are decimal; `count/s` is any rate of
 * events (messages, requests, packets); `ratio` is dimensionless.
 */
export type Unit = "bit/s" | "bytes" | "bytes/s" | "count" | "count/s" | "ratio" | "s";

/** One number a tool reported, in SI base units, with the tool's own figure kept beside it. */
export interface MetricSample {
  /** Dotted or plain name in the field's terms: `goodput`, `messageRate`, `oneWayLatency.p99`. */
  readonly metric: string;
  /** Value in `unit`. */
  readonly value: number;
  readonly unit: Unit;
  /** The tool's own figure, verbatim, and the unit it means by it (`MB/sec` of perftest is MiB/s). */
  readonly asReported?: { readonly value: string; readonly unit: string };
  /** What the number is exactly, where the name alone could mislead, e.g. `RTT/2`. */
  readonly definition?: string;
  /** Whether more or less of it is better. */
  readonly better: "higher" | "lower";
}
