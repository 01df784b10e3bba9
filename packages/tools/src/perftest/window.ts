import { checkOptions } from "../kernel/options.js";
import type { MeasuringWindow, Readiness } from "../kernel/readiness.js";
import { type PerftestOptions, perftestOptions } from "./options.js";

/**
 * A server is up when it listens on its TCP port. With rdma_cm there is no TCP listener: the line
 * that announces the wait is printed just before the server waits, so the first client may still
 * be refused and must be tried again.
 */
export function perftestReadiness(options: PerftestOptions): Readiness {
  const { port, useRdmaCm } = checkOptions(perftestOptions, options, "perftest");
  return useRdmaCm
    ? { kind: "output", pattern: /Waiting for client/ }
    : { kind: "listening", protocol: "tcp", port };
}

/** A row of figures, or the list of all latencies that -H and -U print before it. */
const resultRow = /^\s*\d+\s+\d+\s+\S*\d\.\d|^#, (?:usec|cycles)/;
/** With all sizes the rows follow each other; only the ruler below them ends the run. */
const endOfTable = /^-{20,}/;

function marginOf(options: { durationS?: number | undefined; marginS?: number | undefined }) {
  return options.marginS ?? Math.floor((options.durationS ?? 0) / 4);
}

/** Seconds of `durationS` that perftest measures: without both margins; undefined with iterations. */
export function perftestMeasuredS(options: PerftestOptions): number | undefined {
  const checked = checkOptions(perftestOptions, options, "perftest");
  if (checked.durationS === undefined) return undefined;
  return checked.durationS - 2 * marginOf(checked);
}

/**
 * When a client measures. Its header line precedes the last handshake and the first post; with
 * iterations the result row comes right after the last completion, with a duration the part
 * between the margins counts. perftest flushes stdout only with its report, so a pipe shows the
 * header in time only if the process runs line-buffered (`stdbuf -oL`).
 */
export function perftestWindow(options: PerftestOptions): MeasuringWindow {
  const checked = checkOptions(perftestOptions, options, "perftest");
  const line = /^\s*#bytes\s+#iterations/;
  const measuredS = perftestMeasuredS(options);
  if (measuredS === undefined) {
    return {
      opens: { line, delayMs: 0 },
      closes: { line: checked.allSizes ? endOfTable : resultRow, delayMs: 0 },
      source:
        "perftest 4.5-0.17 src/send_bw.c main and run_iter_bw (read, not timed): header, handshake, loop, row; needs stdbuf -oL",
    };
  }
  return {
    opens: { line, delayMs: marginOf(checked) * 1000 },
    closes: { afterMs: measuredS * 1000 },
    source:
      "perftest 4.5-0.17 src/perftest_resources.c catch_alarm and force_dependecies (read, not timed): margin = D/4 rounded down on each side; needs stdbuf -oL",
  };
}
