import type { MeasuringWindow, Readiness } from "@hoststack/tools";

/** A server is up when it takes clients. */
export const neperReadiness = (controlPort: number): Readiness => ({
  kind: "listening",
  protocol: "tcp",
  port: controlPort,
});

/**
 * When a client measures. It says nothing while its flows run, and prints what they came to when it has stopped them
 * after the time it was given.
 */
export const neperWindow = (durationS: number): MeasuringWindow => ({
  opens: { beforeCloseMs: durationS * 1000 },
  closes: { line: /^invalid_secret_count=/, delayMs: 0 },
  source: `neper ea5890f, -l ${durationS}: run_main_thread prints it once its threads have stopped`,
});
