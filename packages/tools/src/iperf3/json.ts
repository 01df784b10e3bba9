import { z } from "zod";
import { JsonLines, parseJson } from "../kernel/json-reader.js";
import { defineParser } from "../kernel/parser.js";
import { parseFailure, withoutUndefined } from "../kernel/text.js";
import { arrivedOf } from "./arrived.js";
import { type Iperf3Result, type Iperf3Transfer, iperf3ResultSchema } from "./result.js";
import { type Iperf3Document, type Iperf3Sum, iperf3Document } from "./shape.js";
import { assembleStream, isEventStream } from "./stream.js";

const name = "iperf3-json";

function transfer(sum: Iperf3Sum | undefined): Iperf3Transfer | undefined {
  const { bytes, seconds: durationS, bits_per_second: bitsPerS } = sum ?? {};
  if (bytes === undefined || durationS === undefined || bitsPerS === undefined) return undefined;
  return { bytes, durationS, bitsPerS };
}

function datagrams(document: Iperf3Document) {
  const { sum_received: received, sum } = document.end;
  // A client of 3.7 and later has the receiver's count in sum_received; before it was in sum.
  const best = received?.packets !== undefined && received.packets > 0 ? received : sum;
  if (best?.packets === undefined) return undefined;
  const outOfOrder = (document.end.streams ?? []).map(({ udp }) => udp?.out_of_order);
  return withoutUndefined({
    total: best.packets,
    lost: best.lost_packets ?? 0,
    jitterMs: best.jitter_ms,
    outOfOrder: outOfOrder.every((n) => n !== undefined)
      ? outOfOrder.reduce<number>((a, n) => a + (n ?? 0), 0)
      : undefined,
  });
}

/** Until 3.6 a UDP report has only `sum`: the sender's bytes, with the receiver's losses. */
function udpTransfers(document: Iperf3Document) {
  const { sum, sum_sent, sum_received, streams } = document.end;
  if (sum_sent !== undefined || sum_received !== undefined) {
    return { sent: transfer(sum_sent), received: transfer(sum_received) };
  }
  const all = transfer(sum);
  const senderSide = streams?.some(({ udp }) => udp?.sender === false) ? false : undefined;
  if (all === undefined || senderSide === false) return { received: all };
  const { packets, lost_packets: lost } = sum ?? {};
  if (packets === undefined || lost === undefined) return { sent: all };
  return { sent: all, received: arrivedOf(all, { total: packets, lost }) };
}

/** A server that sent or received has zero on the side it does not know: that is not measured. */
function known(value: Iperf3Transfer | undefined) {
  return value === undefined || value.bytes === 0 ? undefined : value;
}

function cpu(document: Iperf3Document) {
  const use = document.end.cpu_utilization_percent;
  if (use?.host_total === undefined) return undefined;
  // A server does not learn the client's use and writes zeros.
  return withoutUndefined({ host: use.host_total, remote: use.remote_total || undefined });
}

function intervals(document: Iperf3Document): Iperf3Result["intervals"] {
  return document.intervals.flatMap(({ sum }) => {
    const { start: startS, end: endS, bits_per_second: bitsPerS, omitted = false } = sum ?? {};
    if (startS === undefined || endS === undefined || bitsPerS === undefined) return [];
    return [{ startS, endS, bitsPerS, omitted }];
  });
}

function interpret(document: Iperf3Document): unknown {
  const { start, end } = document;
  const protocol = start.test_start?.protocol.toLowerCase();
  const main =
    protocol === "udp"
      ? udpTransfers(document)
      : { sent: transfer(end.sum_sent), received: transfer(end.sum_received) };
  const [sent, received] = [known(main.sent), known(main.received)];
  if (sent === undefined && received === undefined) {
    throw parseFailure(name, "the report has no totals; the test did not finish or moved no data");
  }
  return withoutUndefined({
    version: start.version?.replace(/^iperf\s+/, ""),
    protocol,
    streams: start.test_start?.num_streams,
    reverse: start.test_start?.reverse === 1 || undefined,
    bidirectional: start.test_start?.bidir === 1 || undefined,
    sent,
    received,
    reverseSent: known(transfer(end.sum_sent_bidir_reverse)),
    reverseReceived: known(transfer(end.sum_received_bidir_reverse)),
    retransmits: end.sum_sent?.retransmits,
    datagrams: protocol === "udp" ? datagrams(document) : undefined,
    congestion: end.sender_tcp_congestion,
    cpuPercent: cpu(document),
    intervals: intervals(document),
  });
}

/** `iperf3 --json` of a client or server, and `--json-stream` of 3.17 and later. */
export const iperf3JsonParser = defineParser<Iperf3Result>({
  name,
  version: 1,
  schema: iperf3ResultSchema,
  reader: () => {
    const text = new JsonLines();
    return {
      line: (line) => text.add(line),
      end() {
        const value = isEventStream(text.lines)
          ? assembleStream(name, text.lines)
          : parseJson(name, text.lines, text.noise);
        const error = z.looseObject({ error: z.string() }).safeParse(value);
        if (error.success) throw parseFailure(name, "the test failed", [error.data.error]);
        const document = iperf3Document.safeParse(value);
        if (document.success) return interpret(document.data);
        const issue = document.error.issues[0];
        throw parseFailure(
          name,
          `not a report of iperf3: field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}`,
        );
      },
    };
  },
});
