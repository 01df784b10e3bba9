import type { Reason } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import { latencyFindings } from "../outputs/latency-findings.js";
import type { MessageClientLog, MessageServerLog, OneWayLatency } from "../outputs/message-logs.js";
import { invalid, suspect } from "./findings.js";
import { complaintFindings, messageRate, toldFlowFindings } from "./message-findings.js";
import { type ClockName, type PtpClocks, ptpErrorUs, ptpFindings } from "./ptp-clocks.js";
import { goodputSample, latencySample, messageRateSample } from "./samples.js";

/** How messages of one host reach the other. */
export interface ShortMessageOptions {
  readonly protocol: "dcpim" | "tcp";
  readonly connections: "one" | "per-message";
  readonly clients: number;
  readonly messageBytes: number;
  readonly durationS: number;
  readonly clock: ClockName;
  readonly clockBoundUs: number;
}

/**
 * How far times of both hosts may be apart, in microseconds: the error of the first comparison and what the clocks
 * moved until the last, and where they were left as they are also their difference. Where PTP keeps them, what it
 * tells of them. Undefined without both comparisons.
 */
export function clockErrorUs(
  { client, ptp }: Pick<ShortMessages, "client" | "ptp">,
  clock: ShortMessageOptions["clock"],
): number | undefined {
  if (clock === "ptp") return ptp === undefined ? undefined : ptpErrorUs(ptp);
  const { clockBefore: before, clockAfter: after } = client;
  if (before === undefined || after === undefined) return undefined;
  const origin = clock === "corrected" ? before.aheadUs : 0;
  const reach = (one: typeof before) => Math.abs(one.aheadUs - origin) + one.errorUs;
  return Math.max(reach(before), reach(after));
}

/** What a run of short messages told. */
export interface ShortMessages {
  readonly client: MessageClientLog;
  readonly server: MessageServerLog;
  /** What PTP told of both clocks meanwhile. @default absent where it was not asked for */
  readonly ptp?: PtpClocks;
  /** See {@link clockErrorUs}. @default absent */
  readonly clockErrorUs?: number;
  /** Messages that arrived, of all connections. @default absent where one has no rate */
  readonly messagesPerS?: number;
  /** Their payload. @default absent where one has no rate */
  readonly throughputGbps?: number;
  /** How the NICs were set, where that is not the same for both protocols. @default absent: it is */
  readonly settings?: string;
}

/** Puts both ends together. */
export function shortMessages(
  told: Pick<ShortMessages, "client" | "ptp" | "server">,
  { clock, messageBytes }: ShortMessageOptions,
): ShortMessages {
  const error = clockErrorUs(told, clock);
  const rate = messageRate(told.server.received);
  return {
    ...told,
    ...(error === undefined ? {} : { clockErrorUs: error }),
    ...(rate === undefined
      ? {}
      : { messagesPerS: rate, throughputGbps: (rate * messageBytes * 8) / 1e9 }),
  };
}

/** Largest share of a latency its clocks may be wrong by. */
const clockShare = 0.5;

/** Why the clocks of the hosts make a latency none. */
function clockOffsetFindings(
  { clockErrorUs: error, server }: ShortMessages,
  { clock, clockBoundUs }: ShortMessageOptions,
): Reason[] {
  if (error === undefined) {
    return [
      invalid("clock.offset", "the clocks of both hosts were not compared, before and after"),
    ];
  }
  const known = `the hosts' times ${clock === "own" ? "differ by up to" : "are known to"} ${error.toFixed(1)} us`;
  if (error > clockBoundUs) {
    return [invalid("clock.offset", `${known}, the bound is ${clockBoundUs} us`)];
  }
  const medianUs = server.oneWay?.medianUs;
  if (medianUs === undefined || error <= medianUs * clockShare) return [];
  const text = `${known}, which is more than ${clockShare} of the median latency, ${medianUs} us`;
  return [invalid("clock.offset", text)];
}

/** What the histogram does not show: upstream counts both at its ends. */
function countedFindings({ negative, saturated }: OneWayLatency): Reason[] {
  return [
    ...(negative === 0
      ? []
      : [
          invalid(
            "latency.negative",
            `${negative} messages came before they were sent, by the hosts' clocks`,
          ),
        ]),
    ...(saturated === 0
      ? []
      : [
          suspect(
            "latency.clipped",
            `${saturated} messages took 100 ms or longer and count as 99 999 us: the mean is too low`,
          ),
        ]),
  ];
}

/** Latency findings by name; each rule once, the graver first. */
function oneWayFindings(latency: OneWayLatency | undefined): Reason[] {
  if (latency === undefined) return [invalid("latency.none", "no message arrived")];
  const ends = latencyFindings(latency);
  const named = new Set(ends.map(({ rule }) => rule));
  return [...ends, ...countedFindings(latency).filter(({ rule }) => !named.has(rule))];
}

/** Messages a socket of dcPIM holds before a sender has to wait; those are gone when it is closed. */
const heldMessages = 200;

/** Connections whose messages went elsewhere. */
function lossFindings({ client, server }: ShortMessages, options: ShortMessageOptions): Reason[] {
  // with a connection each the server ends before the client
  if (options.connections === "per-message") return [];
  const held = options.protocol === "dcpim" ? heldMessages : 0;
  return client.sent.flatMap(({ flow, messages }): Reason[] => {
    const arrived = server.received[flow]?.messages ?? 0;
    if (messages - arrived <= held) return [];
    const text = `${messages - arrived} of ${messages} messages of flow ${flow} did not arrive`;
    return [invalid("message.lost", text)];
  });
}

/** All findings on short messages but those on counters. */
export const shortMessageFindings = (
  result: ShortMessages,
  options: ShortMessageOptions,
): Reason[] => [
  ...complaintFindings({ client: result.client.complaints, server: result.server.complaints }),
  ...toldFlowFindings(result.server.received, options),
  ...lossFindings(result, options),
  ...oneWayFindings(result.server.oneWay),
  ...clockOffsetFindings(result, options),
  ...(result.ptp === undefined ? [] : ptpFindings(result.ptp, result.client)),
];

/** Short messages as samples. */
export function shortMessageSamples(result: ShortMessages): MetricSample[] {
  const { messagesPerS, throughputGbps, server, clockErrorUs: error } = result;
  const { oneWay } = server;
  // figures of unequal settings are of another kind
  const under = result.settings === undefined ? "" : `; settings ${result.settings}`;
  const oneWaySample = (name: string, us: number) =>
    latencySample(
      ...([`oneWayLatency.${name}`, us / 1e6] as const),
      `from sending to the last byte read, in bins of 1 us${under}`,
    );
  return [
    ...(oneWay === undefined
      ? []
      : [
          ...[oneWaySample("p50", oneWay.medianUs), oneWaySample("mean", oneWay.meanUs)],
          ...[oneWaySample("p99", oneWay.p99Us), oneWaySample("p99.9", oneWay.p999Us)],
        ]),
    ...(error === undefined
      ? []
      : [latencySample("clockError", error / 1e6, "how far times of both hosts may be apart")]),
    ...(messagesPerS === undefined || throughputGbps === undefined
      ? []
      : [
          messageRateSample(messagesPerS, `messages the server received per second${under}`),
          goodputSample(throughputGbps * 1e9, `payload the server received per second${under}`),
        ]),
  ];
}
