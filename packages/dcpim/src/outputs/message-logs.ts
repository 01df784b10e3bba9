import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { parseFailure } from "./failure.js";

const words = {
  sent: /^sent: flow (\d+) port (\d+) (\d+) messages in (\d+\.\d{9}) s(?:, a connection each)?$/,
  received: /^received: port (\d+) (\d+) messages in (\d+\.\d{9}) s$/,
  clock: /^clock (begin|end): server ahead by (-?\d+) ns, error (\d+) ns$/,
  oneWay:
    /^one-way: mean (\S+) us, median (\S+) us, p99 (\S+) us, p99\.9 (\S+) us, (\d+) before they were sent, (\d+) past the last bin$/,
  complaint: /^(?:Couldn't |Client couldn't |Unknown option|Bad |No value )/,
} as const;

const clock = z.strictObject({
  /** How far the server's clock is ahead of the client's, in microseconds. */
  aheadUs: z.number(),
  /** The difference is within this of it. */
  errorUs: z.number().min(0),
});

/** One comparison of the clocks of both hosts. */
export type ClockComparison = z.infer<typeof clock>;

const flow = {
  messages: z.int().min(0),
  /** Time between its first and its last message, or of sending. */
  seconds: z.number().min(0),
};

const clientLog = z.strictObject({
  sent: z.array(z.strictObject({ flow: z.int().min(0), ...flow })),
  clockBefore: clock.optional(),
  clockAfter: clock.optional(),
  complaints: z.array(z.string()),
});

/** What the client for messages printed, but for round trips. */
export type MessageClientLog = z.infer<typeof clientLog>;

const oneWay = z.strictObject({
  /** By bins of 1 us, rounded down. */
  meanUs: z.number().min(0),
  medianUs: z.number().min(0),
  p99Us: z.number().min(0),
  p999Us: z.number().min(0),
  /** Messages that seem to have come before they were sent, which count as 0 us. */
  negative: z.int().min(0),
  /** Messages that took 100 ms or longer, which count as 99 999 us. */
  saturated: z.int().min(0),
});

/** Latency of all messages of a server, by its clock and the time they carry. */
export type OneWayLatency = z.infer<typeof oneWay>;

const serverLog = z.strictObject({
  /** By port: the client's, or with a connection per message the server's. */
  received: z.array(z.strictObject({ port: z.int().min(0), ...flow })),
  /** Absent where no message came. */
  oneWay: oneWay.optional(),
  complaints: z.array(z.string()),
});

/** What the server for messages printed. */
export type MessageServerLog = z.infer<typeof serverLog>;

/** Reads the output of the edited `pingpong_client`; times of round trips are read by `roundTripsParser`. */
export const messageClientParser = defineParser<MessageClientLog>({
  name: "dcpim-message-client",
  version: 1,
  schema: clientLog,
  reader: () => {
    const sent: MessageClientLog["sent"] = [];
    const clocks = new Map<string, ClockComparison>();
    const complaints: string[] = [];
    let begun = false;
    return {
      line(text) {
        begun ||= text.startsWith("one side: ");
        const count = words.sent.exec(text);
        if (count !== null) {
          const [, id, , messages, seconds] = count.map(Number);
          sent.push({ flow: id ?? 0, messages: messages ?? 0, seconds: seconds ?? 0 });
        }
        const [, when, ahead, error] = words.clock.exec(text) ?? [];
        if (when !== undefined) {
          clocks.set(when, { aheadUs: Number(ahead) / 1000, errorUs: Number(error) / 1000 });
        }
        if (words.complaint.test(text)) complaints.push(text.trim());
      },
      end() {
        if (!begun && complaints.length === 0) {
          throw parseFailure("dcpim-message-client", "there is no line of the client's");
        }
        const [before, after] = [clocks.get("begin"), clocks.get("end")];
        return {
          sent: sent.sort((a, b) => a.flow - b.flow),
          ...(before && { clockBefore: before }),
          ...(after && { clockAfter: after }),
          complaints,
        };
      },
    };
  },
});

/** Numbers of a line of latencies; undefined where no message came, as the program then divides by zero. */
function latencyOf(line: RegExpExecArray): OneWayLatency | undefined {
  const [meanUs = Number.NaN, medianUs = 0, p99Us = 0, p999Us = 0, negative = 0, saturated = 0] =
    line.slice(1).map(Number);
  return Number.isFinite(meanUs)
    ? { meanUs, medianUs, p99Us, p999Us, negative, saturated }
    : undefined;
}

/** Reads the output of the edited `pingpong_server`. */
export const messageServerParser = defineParser<MessageServerLog>({
  name: "dcpim-message-server",
  version: 1,
  schema: serverLog,
  reader: () => {
    const received: MessageServerLog["received"] = [];
    const complaints: string[] = [];
    let latency: OneWayLatency | undefined;
    let begun = false;
    return {
      line(text) {
        begun ||= text === "listening";
        const [, port, messages, seconds] = words.received.exec(text) ?? [];
        if (port !== undefined) {
          received.push({
            ...{ port: Number(port), messages: Number(messages), seconds: Number(seconds) },
          });
        }
        const line = words.oneWay.exec(text);
        if (line !== null) latency = latencyOf(line);
        if (words.complaint.test(text)) complaints.push(text.trim());
      },
      end() {
        if (!begun && complaints.length === 0) {
          throw parseFailure("dcpim-message-server", "there is no line of the server's");
        }
        received.sort((a, b) => a.port - b.port);
        return { received, ...(latency && { oneWay: latency }), complaints };
      },
    };
  },
});
