import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { withoutUndefined } from "../kernel/text.js";
import { SockperfLines } from "./lines.js";

const name = "sockperf-throughput";

const result = z.strictObject({
  /** Version the tool names. @default absent */
  version: z.string().optional(),
  messagesSent: z.int().min(0),
  /** Messages the sender gave up. @default absent */
  messagesSkipped: z.int().min(0).optional(),
  durationS: z.number().positive(),
  /** Rate of messages sent, rounded by the tool to whole messages. */
  messagesPerS: z.number().min(0),
  /** Payload sent per second; the tool's MBps (or its GBps) in bytes. */
  bytesPerS: z.number().min(0),
  /** The tool's own bandwidth figure. */
  bandwidth: z.strictObject({ value: z.string(), unit: z.enum(["MBps", "GBps"]) }),
  /** Complaints the tool printed although it reached a result. */
  warnings: z.array(z.string()),
});

/** What `sockperf throughput` reports: what the client sent, not what arrived. */
export type SockperfThroughput = z.infer<typeof result>;

const bytesPerUnit = { MBps: 2 ** 20, GBps: 1000 * 2 ** 20 } as const;

/** stdout of `sockperf throughput` (client.cpp, `stream_statistics`). */
export const sockperfThroughputParser = defineParser<SockperfThroughput>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const lines = new SockperfLines(name);
    let total: { messagesSent: number; durationS: number; messagesSkipped?: number } | undefined;
    let messagesPerS: number | undefined;
    let rate: Pick<SockperfThroughput, "bytesPerS" | "bandwidth"> | undefined;
    return {
      line(text) {
        const line = lines.take(text);
        const sent =
          /Total of (\S+) messages sent in (\S+) sec(?: \((\S+) messages skipped\))?/.exec(line);
        if (sent !== null) {
          total = withoutUndefined({
            messagesSent: lines.count(sent[1]),
            durationS: lines.fixed(sent[2]),
            messagesSkipped: sent[3] === undefined ? undefined : lines.count(sent[3]),
          }) as typeof total;
        }
        const message = /Summary: Message Rate is (\S+) \[msg\/sec\]/.exec(line);
        if (message !== null) {
          lines.once("message rate");
          messagesPerS = lines.count(message[1]);
        }
        const band = /Summary: BandWidth is (\S+) ([MG]Bps) \(\S+ [MG]bps\)/.exec(line);
        if (band !== null) {
          lines.once("bandwidth");
          const unit = band[2] === "GBps" ? "GBps" : "MBps";
          rate = {
            bytesPerS: lines.fixed(band[1]) * bytesPerUnit[unit],
            bandwidth: { value: band[1] ?? "", unit },
          };
        }
      },
      end() {
        if (total === undefined || messagesPerS === undefined || rate === undefined) {
          throw lines.failure("no Summary of a throughput test");
        }
        return withoutUndefined({
          version: lines.version,
          ...total,
          messagesPerS,
          ...rate,
          warnings: lines.words,
        });
      },
    };
  },
});
