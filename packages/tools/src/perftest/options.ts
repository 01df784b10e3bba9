import { z } from "zod";
import {
  addressField,
  countField,
  extraArgsField,
  nameField,
  pathField,
  portField,
} from "../kernel/option-fields.js";

/** The tests of perftest by program name without `ib_`. */
export const perftestTests = [
  "send_bw",
  "write_bw",
  "read_bw",
  "atomic_bw",
  "send_lat",
  "write_lat",
  "read_lat",
  "atomic_lat",
] as const;

/** A test of perftest. */
export type PerftestTest = (typeof perftestTests)[number];

const fields = z.strictObject({
  /** Which program: `send_bw` is `ib_send_bw`. */
  test: z.enum(perftestTests),
  /** RDMA device. @default the first found */
  device: nameField.optional(),
  /** Port of the device. @default 1 */
  devicePort: countField.optional(),
  /** Index of the GID; RoCE v2 over IPv4 is often 1. @default chosen by perftest */
  gidIndex: z.int().min(0).max(255).optional(),
  /** TCP port of the parameter exchange. @default 18515 */
  port: portField.default(18_515),
  /** Message size. @default 65536 for bandwidth, 2 for latency, 8 for atomic */
  messageBytes: z.int().min(1).max(2_147_483_647).optional(),
  /** All sizes from 2 to 2^23. @default false */
  allSizes: z.boolean().optional(),
  /** Exchanges per queue pair; excludes `durationS`. @default 1000 (5000 for write bandwidth) */
  iterations: z.int().min(5).optional(),
  /** Run time instead of iterations; only the part between the margins is measured. @default unset */
  durationS: countField.optional(),
  /** Time left out at each end of `durationS`. @default a quarter of it, rounded down */
  marginS: z.int().min(0).optional(),
  /** Retry timer of the queue pair, 4.096 µs * 2^n; 20 helps on slow hosts. @default 14 */
  qpTimeout: z.int().min(0).max(31).optional(),
  /** Queue pairs of a bandwidth test. @default 1 */
  qpCount: countField.optional(),
  /** Send queue depth of a bandwidth test. @default 128 */
  txDepth: countField.optional(),
  /** Receive queue depth of send. @default 512 */
  rxDepth: countField.optional(),
  /** One completion per this many sends in a bandwidth test. @default 100, 1 above 8 KiB */
  cqModeration: countField.optional(),
  /** Measure both directions of a bandwidth test and report the sum. @default false */
  bidirectional: z.boolean().optional(),
  /** Sleep on completion events instead of polling; not for write, not with `durationS`. @default false */
  events: z.boolean().optional(),
  /** Connect queue pairs with rdma_cm. @default false */
  useRdmaCm: z.boolean().optional(),
  /** Report Gb/s (10^9 bit) instead of MiB/s. @default false */
  reportGbits: z.boolean().optional(),
  /** Report the CPU use of the whole machine; needs `durationS`. @default false */
  cpuUtil: z.boolean().optional(),
  /** Transport of the queue pairs. @default "RC" */
  connection: z.enum(["RC", "UC", "UD", "XRC", "DC", "SRD"]).optional(),
  /** Path MTU. @default the active MTU of the port */
  mtuBytes: z.literal([256, 512, 1024, 2048, 4096]).optional(),
  /** Largest inline message of send and write. @default chosen by perftest */
  inlineBytes: z.int().min(0).optional(),
  /** Outstanding reads or atomics. @default the device's limit */
  outstandingReads: countField.optional(),
  /** Service level. @default 0 */
  serviceLevel: z.int().min(0).max(15).optional(),
  /** Print every latency, sorted. @default false */
  histogram: z.boolean().optional(),
  /** Print every latency in order of time. @default false */
  unsorted: z.boolean().optional(),
  /** Print latencies in CPU cycles. @default false */
  cycles: z.boolean().optional(),
  /** Do not check that the CPU runs at its top frequency. @default true */
  ignoreCpuFrequency: z.boolean().default(true),
  /** File for perftest's JSON report, written on each side. @default none */
  jsonPath: pathField.optional(),
  /** Further arguments of both sides, as they are. @default none */
  extraArgs: extraArgsField,
});

type Fields = z.output<typeof fields>;

const isLatency = (o: Fields) => o.test.endsWith("_lat");
const verb = (o: Fields) => o.test.slice(0, o.test.indexOf("_"));
const oneSided = (o: Fields) => verb(o) === "read" || verb(o) === "atomic";

/** What perftest refuses or silently ignores; texts after its argument checks, perftest_parameters.c of 4.5. */
const rules: readonly (readonly [(o: Fields) => boolean, keyof Fields, string])[] = [
  [
    (o) => o.iterations !== undefined && o.durationS !== undefined,
    "durationS",
    "excludes iterations",
  ],
  [
    (o) => !!o.events && o.durationS !== undefined,
    "events",
    "duration mode does not work with events",
  ],
  [(o) => !!o.events && verb(o) === "write", "events", "events are not available for write"],
  [
    (o) => !!o.allSizes && o.durationS !== undefined,
    "allSizes",
    "duration mode does not run all sizes",
  ],
  [(o) => !!o.allSizes && o.messageBytes !== undefined, "messageBytes", "excludes allSizes"],
  [(o) => !!o.cpuUtil && o.durationS === undefined, "cpuUtil", "works only with durationS"],
  [(o) => o.marginS !== undefined && o.durationS === undefined, "marginS", "needs durationS"],
  [
    (o) => o.durationS !== undefined && o.marginS !== undefined && o.durationS <= 2 * o.marginS,
    "marginS",
    "durationS must be more than twice the margin",
  ],
  [
    (o) => verb(o) === "atomic" && (o.messageBytes ?? 8) !== 8,
    "messageBytes",
    "atomics have 8 bytes",
  ],
  [(o) => verb(o) === "atomic" && !!o.allSizes, "allSizes", "atomics have 8 bytes"],
  [(o) => isLatency(o) && o.qpCount !== undefined, "qpCount", "only for bandwidth tests"],
  [(o) => isLatency(o) && o.txDepth !== undefined, "txDepth", "only for bandwidth tests"],
  [(o) => isLatency(o) && o.cqModeration !== undefined, "cqModeration", "only for bandwidth tests"],
  [(o) => isLatency(o) && !!o.bidirectional, "bidirectional", "only for bandwidth tests"],
  [(o) => isLatency(o) && !!o.reportGbits, "reportGbits", "only for bandwidth tests"],
  [(o) => !isLatency(o) && !!o.histogram, "histogram", "only for latency tests"],
  [(o) => !isLatency(o) && !!o.unsorted, "unsorted", "only for latency tests"],
  [(o) => !isLatency(o) && !!o.cycles, "cycles", "only for latency tests"],
  [(o) => o.rxDepth !== undefined && verb(o) !== "send", "rxDepth", "only for send tests"],
  [(o) => o.inlineBytes !== undefined && oneSided(o), "inlineBytes", "not for read and atomic"],
  [
    (o) => o.outstandingReads !== undefined && !oneSided(o),
    "outstandingReads",
    "only for read and atomic",
  ],
  [(o) => o.connection === "UC" && oneSided(o), "connection", "UC has no read and no atomic"],
  [(o) => o.connection === "UD" && verb(o) !== "send", "connection", "UD has only send"],
  [
    (o) => o.connection === "SRD" && verb(o) !== "send" && verb(o) !== "read",
    "connection",
    "SRD has only send and read",
  ],
];

/** Options of a perftest test; one object makes the command lines of both sides. */
export const perftestOptions = fields.superRefine((options, context) => {
  for (const [broken, field, message] of rules) {
    if (broken(options)) context.addIssue({ code: "custom", path: [field], message });
  }
});

/** Options of a perftest test. */
export type PerftestOptions = z.input<typeof perftestOptions>;

/** Address of the server, checked so that it cannot be read as a flag. */
export const perftestServerAddress = addressField;
