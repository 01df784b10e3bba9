import { checkOptions, flag } from "../kernel/options.js";
import type { MeasuringWindow, Readiness } from "../kernel/readiness.js";
import {
  type Iperf3ClientOptions,
  type Iperf3ServerOptions,
  iperf3ClientOptions,
  iperf3ServerOptions,
} from "./options.js";

/** Command line of a server. */
export function iperf3ServerArgv(options: Iperf3ServerOptions = {}): string[] {
  const o = checkOptions(iperf3ServerOptions, options, "iperf3 server");
  return [
    "iperf3",
    "-s",
    ...flag("-1", o.oneOff),
    ...flag("-p", o.port),
    ...flag("-J", o.json),
    ...flag("-B", o.bindAddress),
    ...flag("-A", o.affinity),
    ...flag("-i", o.intervalS),
    ...(o.extraArgs ?? []),
  ];
}

/** Command line of a client. */
export function iperf3ClientArgv(options: Iperf3ClientOptions): string[] {
  const o = checkOptions(iperf3ClientOptions, options, "iperf3 client");
  return [
    "iperf3",
    ...flag("-c", o.address),
    ...flag("-p", o.port),
    ...flag("-u", o.protocol === "udp"),
    ...flag("-t", o.durationS),
    ...flag("-O", o.omitS),
    ...flag("-P", o.parallel),
    ...flag("-b", o.bitsPerS),
    ...flag("-R", o.reverse),
    ...flag("--bidir", o.bidirectional),
    ...flag("-J", o.json),
    ...flag("-B", o.bindAddress),
    ...flag("--cport", o.clientPort),
    ...flag("-l", o.lengthBytes),
    ...flag("-w", o.windowBytes),
    ...flag("-M", o.mssBytes),
    ...flag("-Z", o.zeroCopy),
    ...flag("-C", o.congestion),
    ...flag("-N", o.noDelay),
    ...flag("-S", o.tos),
    ...flag("-A", o.affinity),
    ...flag("-i", o.intervalS),
    ...flag("--get-server-output", o.getServerOutput),
    ...(o.extraArgs ?? []),
  ];
}

/** A server is up when its control socket listens; control is TCP for UDP tests too. */
export function iperf3Readiness(options: Iperf3ServerOptions = {}): Readiness {
  const { port } = checkOptions(iperf3ServerOptions, options, "iperf3 server");
  return { kind: "listening", protocol: "tcp", port };
}

/**
 * When a client measures: from its first data connection, after `omitS`, for `durationS`. With
 * `json` (the default) nothing is printed before the end, so the window is told backwards from
 * there; text needs `stdbuf -oL` or `--forceflush`.
 */
export function iperf3Window(options: Iperf3ClientOptions): MeasuringWindow {
  const o = checkOptions(iperf3ClientOptions, options, "iperf3 client");
  if (o.json) {
    return {
      opens: { beforeCloseMs: o.durationS * 1000 },
      closes: { line: /^\{/, delayMs: 0 },
      source:
        "iperf3 3.12: the JSON report is printed at once, right after the results are exchanged",
    };
  }
  return {
    opens: {
      line: /^\[\s*\d+\](?:\[\w+-\w+\])? local .* connected to /,
      delayMs: (o.omitS ?? 0) * 1000,
    },
    closes: { afterMs: o.durationS * 1000 },
    source: "iperf3 3.12: connection line seen within 10 ms of the start, intervals follow it",
  };
}
