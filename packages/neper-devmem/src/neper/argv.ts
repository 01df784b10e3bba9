import { checkOptions } from "@hoststack/tools";
import { z } from "zod";
import { constraintsOf } from "./constraints.js";
import { type NeperEnd, type NeperOptions, neperFields } from "./options.js";

/** Flags that take the value of their field as it is, or stand alone where it is true. */
const flags: Readonly<Partial<Record<keyof NeperOptions, string>>> = {
  flows: "num-flows",
  threads: "num-threads",
  clients: "num-clients",
  magic: "magic",
  maxEvents: "maxevents",
  listenBacklog: "listen-backlog",
  suicideS: "suicide-length",
  sourcePort: "source-port",
  systemTimeOfHost: "stime-use-proc",
  debugSockets: "debug",
  dryRun: "dry-run",
  pinThreads: "pin-cpu",
  nonBlocking: "nonblocking",
  freeBind: "freebind",
  intervalS: "interval",
  pacingBytesPerS: "max-pacing-rate",
  host: "host",
  controlPort: "control-port",
  port: "port",
  timeWait: "time-wait",
  ioStatMs: "iostat-ms",
  waitStartS: "wait-start",
  ports: "num-ports",
  fastOpen: "tcp-fastopen",
  txDelayUs: "tcp-tx-delay",
  noDelay: "no-delay",
  congestionControl: "congestion-control",
  durationS: "test-length",
  requestBytes: "request-size",
  responseBytes: "response-size",
  bufferBytes: "buffer-size",
  rttEntriesPerFlow: "logrtt-entries-per-flow",
  mark: "mark",
  edgeTrigger: "edge-trigger",
  reuseAddress: "reuseaddr",
  zeroCopy: "zerocopy",
  throughputUnit: "throughput-opt",
  delayNs: "delay",
  skipRxCopy: "skip-rx-copy",
  rxZeroCopy: "rx-zerocopy",
  read: "enable-read",
  write: "enable-write",
  splitBidirectional: "split-bidir",
  reverse: "enable-tcp-maerts",
  asyncConnect: "async-connect",
  noCork: "no-cork",
  noBurstNs: "noburst",
};

/** Fields whose flags need more than their value. */
const words: Readonly<Partial<Record<keyof NeperOptions, (value: never) => string[]>>> = {
  family: (family: "ipv4" | "ipv6") => [`--${family}`],
  log: (log: "file" | "stderr" | "none") =>
    ({ file: [], stderr: ["--logtostderr"], none: ["--nolog"] })[log],
  localAddresses: (addresses: readonly string[]) => ["--local-hosts", addresses.join(",")],
  percentiles: (list: readonly number[]) => ["--percentiles", list.join(",")],
  transactions: (count: number) => ["--test-length", String(-count)],
  // values of these may be left out, so they have to be glued to the flag
  samplesFile: (path: string) => [`--all-samples=${path}`],
  rttFile: (path: string) => [`--log-rtt=${path}`],
};

function wordsOf(field: keyof NeperOptions, value: unknown): string[] {
  if (value === undefined || value === false) return [];
  const own = words[field];
  if (own !== undefined) return own(value as never);
  const flag = `--${flags[field] ?? field}`;
  return value === true ? [flag] : [flag, String(value)];
}

/**
 * Command line of one end of a test. Throws OPTIONS_INVALID naming a field the program does not have, or the rule that
 * fields break: neper itself would run on with some of them and report nonsense.
 */
export function neperArgv(end: NeperEnd, options: NeperOptions): readonly [string, ...string[]] {
  const { program, role, path = program } = end;
  const schema = z.strictObject(neperFields[program]).superRefine((given, context) => {
    for (const [field, message] of constraintsOf(end, given)) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  });
  const checked = checkOptions(schema, options as never, `${program} ${role}`);
  const side = role === "client" ? ["--client"] : [];
  const given = Object.entries(checked) as [keyof NeperOptions, unknown][];
  return [path, ...side, ...given.flatMap(([field, value]) => wordsOf(field, value))];
}
