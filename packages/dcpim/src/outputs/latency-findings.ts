import type { Reason } from "@hoststack/core";
import { histogram, type OneSidedFile, type OneSidedLatency } from "./latency-files.js";

const invalid = (rule: string, text: string): Reason => ({ state: "invalid", rule, text });

/**
 * Why a one-sided latency is no latency. The server counts what seems to have arrived before it was sent as 0 us, and
 * what is later than 99 999 us as that: a clock ahead and a full buffer both look like figures.
 */
export function latencyFindings({ meanUs, p99Us, p999Us }: OneSidedLatency): Reason[] {
  const values = { mean: meanUs, p99: p99Us, "p99.9": p999Us };
  const named = (bad: (value: number) => boolean) =>
    Object.entries(values)
      .filter(([, value]) => bad(value))
      .map(([name]) => name)
      .join(", ");
  const missing = named((value) => !Number.isFinite(value));
  if (missing !== "") return [invalid("latency.none", `${missing} is no number: nothing arrived`)];
  const clock = named((value) => value < histogram.binUs);
  const saturated = named((value) => value >= histogram.lastBinUs);
  return [
    ...(clock === ""
      ? []
      : [
          invalid(
            "latency.negative",
            `${clock} is below 1 us: the server's clock is behind the client's, which it counts as 0`,
          ),
        ]),
    ...(saturated === ""
      ? []
      : [
          invalid(
            "latency.saturated",
            `${saturated} is in the last bin, ${histogram.lastBinUs} us: what is later is counted there`,
          ),
        ]),
  ];
}

/** Threads whose messages did not arrive. */
export function silentFindings(threads: readonly OneSidedFile[]): Reason[] {
  const silent = threads.flatMap(({ messagesPerS }, index) => (messagesPerS > 0 ? [] : [index]));
  if (silent.length === 0) return [];
  return [
    invalid("flow.empty", `nothing arrived of ${silent.map((one) => `flow ${one}`).join(", ")}`),
  ];
}
