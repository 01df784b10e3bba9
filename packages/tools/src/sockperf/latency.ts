import { z } from "zod";
import { defineParser, type LineReader } from "../kernel/parser.js";
import { withoutUndefined } from "../kernel/text.js";
import { SockperfLines } from "./lines.js";

const name = "sockperf-latency";

const phase = z.strictObject({
  durationS: z.number().min(0),
  messagesSent: z.int().min(0),
  messagesReceived: z.int().min(0),
});

const result = z.strictObject({
  /** Version the tool names. @default absent */
  version: z.string().optional(),
  /** True when the figures are round trips (`--full-rtt`), false when they are half of one. */
  fullRtt: z.boolean(),
  averageUs: z.number().min(0),
  stdDevUs: z.number().min(0),
  minUs: z.number().min(0),
  maxUs: z.number().min(0),
  percentiles: z.array(
    z.strictObject({ percent: z.number().min(0).max(100), latencyUs: z.number().min(0) }),
  ),
  observations: z.int().min(1),
  /** Messages per burst when `--burst` is above 1. @default absent */
  burst: z.int().optional(),
  /** Whole run with warm-up. */
  total: phase,
  /** Part the figures are from: without 400 ms at the start and 50 ms at the end. */
  valid: phase,
  dropped: z.int().min(0),
  duplicated: z.int().min(0),
  outOfOrder: z.int().min(0),
  /** Complaints the tool printed although it reached a result. */
  warnings: z.array(z.string()),
});

/** What `sockperf ping-pong` and `sockperf under-load` report. */
export type SockperfLatency = z.infer<typeof result>;

type Draft = { -readonly [K in keyof SockperfLatency]?: SockperfLatency[K] };

class LatencyReader implements LineReader {
  readonly #lines = new SockperfLines(name);
  readonly #draft: Draft = {};
  readonly #percentiles: SockperfLatency["percentiles"] = [];

  line(text: string): void {
    const line = this.#lines.take(text);
    this.#readPhases(line);
    this.#readAverage(line);
    this.#readLosses(line);
    this.#readDistribution(line);
  }

  #readPhases(line: string): void {
    const found =
      /\[(Total Run|Valid Duration)\] RunTime=(\S+) sec;.* SentMessages=(\d+); ReceivedMessages=(\d+)/.exec(
        line,
      );
    if (found === null) return;
    const read = {
      durationS: this.#lines.fixed(found[2]),
      messagesSent: this.#lines.count(found[3]),
      messagesReceived: this.#lines.count(found[4]),
    };
    if (found[1] === "Total Run") this.#draft.total ??= read;
    else this.#draft.valid ??= read;
  }

  #readAverage(line: string): void {
    const deviation = /avg-\w+=\s*\S+ \(std-dev=\s*([^,)\s]+)/.exec(line);
    if (deviation !== null) this.#draft.stdDevUs ??= this.#lines.fixed(deviation[1]);
    const summary =
      /Summary: (Latency|Round trip) (?:of burst of (\d+) messages )?is\s+(\S+) usec/.exec(line);
    if (summary === null) return;
    this.#lines.once("latency summary");
    this.#draft.fullRtt = summary[1] === "Round trip";
    this.#draft.averageUs = this.#lines.fixed(summary[3]);
    if (summary[2] !== undefined) this.#draft.burst = this.#lines.count(summary[2]);
  }

  #readLosses(line: string): void {
    const found =
      /# dropped messages = (\d+); # duplicated messages = (\d+); # out-of-order messages = (\d+)/.exec(
        line,
      );
    if (found === null) return;
    this.#draft.dropped ??= this.#lines.count(found[1]);
    this.#draft.duplicated ??= this.#lines.count(found[2]);
    this.#draft.outOfOrder ??= this.#lines.count(found[3]);
  }

  #readDistribution(line: string): void {
    // A full log holds the same lines again after the Summary; the first set counts.
    if (this.#draft.minUs !== undefined) return;
    const total = /Total (\d+) observations/.exec(line);
    if (total !== null) this.#draft.observations = this.#lines.count(total[1]);
    const point = /---> percentile\s+(\S+)\s*=\s*(\S+)/.exec(line);
    if (point !== null) {
      this.#percentiles.push({
        percent: Number(point[1]),
        latencyUs: this.#lines.fixed(point[2]),
      });
    }
    const bound = /---> <(MIN|MAX)> observation\s*=\s*(\S+)/.exec(line);
    if (bound === null) return;
    this.#draft[bound[1] === "MIN" ? "minUs" : "maxUs"] = this.#lines.fixed(bound[2]);
  }

  end(): unknown {
    if (this.#draft.averageUs === undefined) {
      throw this.#lines.failure("no Summary of a latency test");
    }
    if (this.#draft.minUs === undefined) {
      throw this.#lines.failure("the statistics are cut before the <MIN> observation");
    }
    return withoutUndefined({
      version: this.#lines.version,
      ...this.#draft,
      percentiles: this.#percentiles,
      warnings: this.#lines.words,
    });
  }
}

/** stdout of `sockperf ping-pong` and `under-load` (client.cpp, `client_statistics`). */
export const sockperfLatencyParser = defineParser<SockperfLatency>({
  name,
  version: 1,
  schema: result,
  reader: () => new LatencyReader(),
});
