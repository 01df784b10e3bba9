import { z } from "zod";
import { Distribution } from "../kernel/distribution.js";
import { defineParser } from "../kernel/parser.js";
import { readNumber } from "../kernel/text.js";
import { readLatencyRow } from "./latency-row.js";
import { ReportReader } from "./report.js";
import { perftestSetup, perftestVerb, readSetup } from "./setup.js";

const name = "perftest-latency";

const row = z.strictObject({
  messageBytes: z.int().min(1),
  iterations: z.int().min(0),
  /** Unit of all latencies of the row; cycles (-C) are those of perftest's counter. */
  unit: z.enum(["usec", "cycles"]),
  min: z.number().optional(),
  /** Third largest: perftest leaves out two samples (LAT_MEASURE_TAIL). */
  max: z.number().optional(),
  /** Median. */
  typical: z.number().optional(),
  mean: z.number().optional(),
  /**
   * Absent unless it can be trusted: perftest cuts each deviation to whole units and overflows
   * an int above 46340.
   */
  stdDev: z.number().optional(),
  p99: z.number().optional(),
  p999: z.number().optional(),
  /** Only with a duration: iterations per second of the measured part. */
  transactionsPerS: z.number().optional(),
  cpuUtilPercent: z.number().optional(),
  /** Why the row must not be used. */
  invalid: z.string().optional(),
  /** The tool's own figures by column. */
  reported: z.record(z.string(), z.string()),
});

const dump = z.strictObject({
  unit: z.enum(["usec", "cycles"]),
  count: z.int().min(1),
  mean: z.number(),
  stdDev: z.number(),
  min: z.number(),
  max: z.number(),
});

const result = z.strictObject({
  kind: z.literal("latency"),
  /** Title of the test. @default absent */
  test: z.string().optional(),
  verb: perftestVerb.optional(),
  /** True for send and write (RTT/2), false for read and atomic (RTT), absent when unknown. */
  halved: z.boolean().optional(),
  setup: perftestSetup,
  rows: z.array(row).min(1),
  /** The lists of -U (all samples) and -H (sorted, without the tail), summarised in their order. */
  dumps: z.array(dump),
  /** Whether the table was closed. */
  complete: z.boolean(),
  /** What perftest complained about in the same text. */
  warnings: z.array(z.string()),
});

/** What a latency test of perftest reports. */
export type PerftestLatency = z.infer<typeof result>;
/** One row of it. */
export type PerftestLatencyRow = z.infer<typeof row>;

class Dumps {
  readonly #dumps: { unit: string; values: Distribution }[] = [];

  line(text: string): void {
    const header = /^#, (usec|cycles)$/.exec(text);
    if (header !== null) {
      this.#dumps.push({ unit: header[1] ?? "", values: new Distribution() });
      return;
    }
    const value = /^\d+, (\S+)$/.exec(text);
    if (value?.[1] !== undefined) this.#dumps.at(-1)?.values.add(readNumber(name, value[1]));
  }

  end() {
    return this.#dumps.map(({ unit, values }) => ({ unit, ...values.summary() }));
  }
}

/** stdout or `--out_json` report of ib_{send,write,read,atomic}_lat, perftest 3 to 26. */
export const perftestLatencyParser = defineParser<PerftestLatency>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const dumps = new Dumps();
    const report = new ReportReader(name, (line) => dumps.line(line));
    return {
      line: (text) => report.line(text),
      end() {
        const read = report.end();
        if (read.rows.some(({ text }) => text.average !== undefined)) {
          throw report.failure("this is the result of a bandwidth test");
        }
        const setup = readSetup(read);
        const { verb } = setup;
        return {
          kind: "latency",
          ...setup,
          ...(verb === undefined ? {} : { halved: verb === "send" || verb === "write" }),
          rows: read.rows.map((r) => readLatencyRow(name, r)),
          dumps: dumps.end(),
        };
      },
    };
  },
});
