import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { readBandwidthRow } from "./bandwidth-row.js";
import { ReportReader } from "./report.js";
import { perftestSetup, perftestVerb, readSetup } from "./setup.js";

const name = "perftest-bandwidth";

const row = z.strictObject({
  messageBytes: z.int().min(1),
  /** Messages completed; with several queue pairs of all of them. */
  iterations: z.int().min(0),
  /** Absent when the row is invalid. */
  bytesPerS: z.number().positive().optional(),
  /** Absent when the row is invalid. */
  messagesPerS: z.number().positive().optional(),
  /** Largest relative error that the rounding of the printed column can hide. */
  relativeError: z.number().optional(),
  /** The column the rates are from: the one whose rounding hurts less. */
  derivedFrom: z.enum(["BW average", "MsgRate"]).optional(),
  /** Absent when not measured: with a duration, -N, above 20000 iterations, or on a receiver. */
  peakBytesPerS: z.number().positive().optional(),
  /** Whole machine, from /proc/stat; 0 on the passive side of write and read. */
  cpuUtilPercent: z.number().optional(),
  /** Why the row must not be used, nor a sum that contains it. */
  invalid: z.string().optional(),
  /** The tool's own figures; MB and MiB both mean 2^20 bytes. */
  reported: z.strictObject({
    peak: z.string().optional(),
    average: z.string(),
    unit: z.string().optional(),
    messageRate: z.string(),
  }),
});

const result = z.strictObject({
  kind: z.literal("bandwidth"),
  /** Title of the test. @default absent */
  test: z.string().optional(),
  verb: perftestVerb.optional(),
  setup: perftestSetup,
  rows: z.array(row).min(1),
  /** Whether the table was closed; false for a test that was killed between sizes. */
  complete: z.boolean(),
  /** What perftest complained about in the same text. */
  warnings: z.array(z.string()),
});

/** What a bandwidth test of perftest reports. */
export type PerftestBandwidth = z.infer<typeof result>;
/** One row of it. */
export type PerftestBandwidthRow = z.infer<typeof row>;

/** stdout or `--out_json` report of ib_{send,write,read,atomic}_bw, perftest 3 to 26. */
export const perftestBandwidthParser = defineParser<PerftestBandwidth>({
  name,
  version: 2,
  schema: result,
  reader: () => {
    const report = new ReportReader(name);
    return {
      line: (text) => report.line(text),
      end() {
        const read = report.end();
        if (read.rows.some(({ text }) => text.mean !== undefined || text.min !== undefined)) {
          throw report.failure("this is the result of a latency test");
        }
        return {
          kind: "bandwidth",
          ...readSetup(read),
          rows: read.rows.map((r) => readBandwidthRow(name, r)),
        };
      },
    };
  },
});
