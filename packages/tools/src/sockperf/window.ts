import type { MeasuringWindow, Readiness } from "../kernel/readiness.js";

/** The client subcommands of sockperf that measure. */
export type SockperfKind = "throughput" | "ping-pong" | "under-load";

/** Cut from the start of a latency test: `TEST_START_WARMUP_MSEC`, defs.h of sockperf 3.7. */
const warmupMs = 400;
/** Cut from its end: `TEST_END_COOLDOWN_MSEC`, defs.h of sockperf 3.7. */
const cooldownMs = 50;

/** A sockperf server is up when its socket is there; it prints no line that says so. */
export function sockperfReadiness(options: {
  /** @default "udp" */
  readonly protocol?: "udp" | "tcp" | undefined;
  /** @default 11111 */
  readonly port?: number | undefined;
}): Readiness {
  return {
    kind: "listening",
    protocol: options.protocol ?? "udp",
    port: options.port ?? 11_111,
  };
}

/**
 * When a client measures. `Starting test...` comes about 2 s after the start (warm-up messages);
 * throughput counts from there to `Test end`, latency tests drop 400 ms and 50 ms of it.
 */
export function sockperfWindow(
  kind: SockperfKind,
  options: {
    /** Only named in the source line; the window closes with the tool's own line. @default 1 */
    readonly durationS?: number | undefined;
  } = {},
): MeasuringWindow {
  const trimmed = kind !== "throughput";
  return {
    opens: { line: /Starting test\.\.\./, delayMs: trimmed ? warmupMs : 0 },
    closes: { line: /Test end \(/, delayMs: trimmed ? -cooldownMs : 0 },
    source: `sockperf 3.7 ${kind}, -t ${options.durationS ?? 1}: lines seen live on a pipe (they are flushed); ${
      trimmed
        ? "TEST_START_WARMUP_MSEC 400 and TEST_END_COOLDOWN_MSEC 50 of defs.h"
        : "RunTime of stream_statistics, client.cpp"
    }`,
  };
}
