import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { withoutUndefined } from "../kernel/text.js";
import { toSi } from "../kernel/units.js";
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
  /** Message size, where the tool names it. @default absent */
  messageBytes: z.int().min(1).optional(),
  /** Payload sent per second: rate times size where the size is known, else the tool's figure. */
  bytesPerS: z.number().min(0),
  /** The tool's own bandwidth figure, in 2^20 bytes/s or a thousand of them. */
  bandwidth: z.strictObject({ value: z.string(), unit: z.enum(["MBps", "GBps"]) }),
  /** Complaints the tool printed although it reached a result. */
  warnings: z.array(z.string()),
});

/** What `sockperf throughput` reports: what the client sent, not what arrived. */
export type SockperfThroughput = z.infer<typeof result>;

/**
 * Unit of the bandwidth. With --increase_output_precision sockperf 3.7 prints nine decimals of
 * MBps but calls them GBps; GBps proper (--giga-size) has three.
 */
function unitOf(value: string, label: string | undefined) {
  return label === "GBps" && !/\.\d{9}$/.test(value) ? "GBps" : "MBps";
}

/** Rate times size has no rounding, but only counts when it is what the tool printed. */
function exactBytesPerS(messagesPerS: number, messageBytes: number | undefined, rounded: number) {
  if (messageBytes === undefined) return rounded;
  const exact = messagesPerS * messageBytes;
  // Half of the last printed digit, of MBps (3 decimals) or of GBps.
  return Math.abs(exact - rounded) <= Math.max(0.0005 * 2 ** 20, exact * 0.01) ? exact : rounded;
}

/** stdout of `sockperf throughput` (client.cpp, `stream_statistics`). */
export const sockperfThroughputParser = defineParser<SockperfThroughput>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const lines = new SockperfLines(name);
    let total: { messagesSent: number; durationS: number; messagesSkipped?: number } | undefined;
    let messagesPerS: number | undefined;
    let messageBytes: number | undefined;
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
        const size = /NOTE: test was performed, using msg-size=(\d+)[,.]/.exec(line);
        if (size !== null) messageBytes = lines.count(size[1]);
        const message = /Summary: Message Rate is (\S+) \[msg\/sec\]/.exec(line);
        if (message !== null) {
          lines.once("message rate");
          messagesPerS = lines.count(message[1]);
        }
        const band = /Summary: BandWidth is (\S+) ([MG]Bps) \(\S+ [MG]bps\)/.exec(line);
        if (band !== null) {
          lines.once("bandwidth");
          const value = band[1] ?? "";
          const unit = unitOf(value, band[2]);
          const bytesPerS = toSi(lines.fixed(value), `sockperf ${unit}`);
          rate = { bytesPerS, bandwidth: { value, unit } };
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
          messageBytes,
          ...rate,
          bytesPerS: exactBytesPerS(messagesPerS, messageBytes, rate.bytesPerS),
          warnings: lines.words,
        });
      },
    };
  },
});
