import { z } from "zod";
import { Distribution } from "../kernel/distribution.js";
import { defineParser, type LineReader } from "../kernel/parser.js";
import { parseFailure, stripAnsi } from "../kernel/text.js";

const name = "sockperf-full-log";
const percents = [25, 50, 75, 90, 99, 99.9, 99.99, 99.999] as const;

const result = z.strictObject({
  /** True when the last column is the round trip, false when it is half of it. */
  fullRtt: z.boolean(),
  observations: z.int().min(1),
  averageUs: z.number().min(0),
  stdDevUs: z.number().min(0),
  minUs: z.number().min(0),
  maxUs: z.number().min(0),
  /** Within 0.5 percent: the rows are counted in logarithmic buckets, not kept. */
  percentiles: z.array(z.strictObject({ percent: z.number(), latencyUs: z.number() })),
  /** First transmission and last reception on the tool's clock. */
  spanS: z.number().min(0),
});

/** Summary of the CSV that `--full-log` writes. */
export type SockperfFullLog = z.infer<typeof result>;

class FullLogReader implements LineReader {
  readonly #values = new Distribution();
  #fullRtt: boolean | undefined;
  #announced: number | undefined;
  #firstTxS: number | undefined;
  #lastRxS = 0;
  #closed = false;

  line(text: string): void {
    const line = stripAnsi(text).trim();
    const valid = /\[Valid Duration\].*ReceivedMessages=(\d+)/.exec(line);
    if (valid !== null) this.#announced = Number(valid[1]);
    const header = /^packet, txTime\(sec\), rxTime\(sec\), (latency|rtt)\(usec\)$/.exec(line);
    if (header !== null) {
      if (this.#fullRtt !== undefined) throw parseFailure(name, "the text holds more than one log");
      this.#fullRtt = header[1] === "rtt";
    } else if (this.#fullRtt !== undefined && !this.#closed && line !== "") this.#row(line);
  }

  #row(line: string): void {
    if (/^-{10,}$/.test(line)) {
      this.#closed = true;
      return;
    }
    const row = /^\d+, (\d+\.\d{9}), (\d+\.\d{9}), (\d+\.\d{3})$/.exec(line);
    if (row === null) throw parseFailure(name, `"${line.slice(0, 80)}" is not a row of the log`);
    this.#firstTxS ??= Number(row[1]);
    this.#lastRxS = Math.max(this.#lastRxS, Number(row[2]));
    this.#values.add(Number(row[3]));
  }

  end(): unknown {
    const all = this.#values.summary();
    if (this.#fullRtt === undefined || all === undefined) {
      throw parseFailure(name, "no rows of a full log");
    }
    if (!this.#closed || (this.#announced !== undefined && this.#announced !== all.count)) {
      throw parseFailure(name, `the log is cut: ${all.count} of ${this.#announced ?? "?"} rows`);
    }
    return {
      fullRtt: this.#fullRtt,
      observations: all.count,
      averageUs: all.mean,
      stdDevUs: all.stdDev,
      minUs: all.min,
      maxUs: all.max,
      percentiles: percents.map((percent) => ({
        percent,
        latencyUs: this.#values.percentile(percent),
      })),
      spanS: this.#lastRxS - (this.#firstTxS ?? 0),
    };
  }
}

/** The CSV of `--full-log` (client.cpp, `dumpFullLog`), summarised row by row. */
export const sockperfFullLogParser = defineParser<SockperfFullLog>({
  name,
  version: 1,
  schema: result,
  reader: () => new FullLogReader(),
});
