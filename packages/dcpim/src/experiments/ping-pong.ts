import { defineExperiment, type Outputs } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import { z } from "zod";
import { messageClientParser, messageServerParser } from "../outputs/message-logs.js";
import { type RoundTrips, roundTripsParser } from "../outputs/round-trips.js";
import { perfOption, profiled } from "./cpu-profile.js";
import { payloadFindings, tcpFindings } from "./findings.js";
import { complaintFindings, messageRate, toldFlowFindings } from "./message-findings.js";
import { messageConditions, messageOptions } from "./message-options.js";
import { messageProcesses, messageWindow } from "./message-processes.js";
import { latencySample, messageRateSample } from "./samples.js";
import { withModule } from "./with-module.js";

const options = z.strictObject({ ...messageOptions, perf: perfOption });

async function* only(lines: AsyncIterable<string>, start: string): AsyncGenerator<string> {
  for await (const line of lines) if (line.startsWith(start)) yield line;
}

/** What one run of a ping-pong told. */
async function read(outputs: Outputs) {
  const { stdout } = outputs.of("client");
  const client = await messageClientParser.parseLines(stdout.lines());
  const server = await messageServerParser.parseLines(outputs.of("server").stdout.lines());
  const roundTrips = await roundTripsParser.parseLines(only(stdout.lines(), "finish time: "));
  const rate = messageRate(client.sent);
  return {
    /** Median round trip. */
    roundTripUs: roundTrips.medianS * 1e6,
    ...(rate === undefined ? {} : { messagesPerS: rate }),
    roundTrips,
    flows: client.sent,
    complaints: { client: client.complaints, server: server.complaints },
  };
}

/** Round trips as samples. */
export function roundTripSamples(
  { medianS, meanS, p99S, p999S, maxS }: RoundTrips,
  messagesPerS: number | undefined,
): MetricSample[] {
  const definition = "from a message's sending to its answer's arrival, by the client's clock";
  const sample = (name: string, value: number) =>
    latencySample(`roundTripLatency.${name}`, value, definition);
  const rate = "messages sent by all connections per second, each once the last is answered";
  return [
    ...[sample("p50", medianS), sample("mean", meanS), sample("p99", p99S)],
    ...[sample("p99.9", p999S), sample("max", maxS)],
    ...(messagesPerS === undefined ? [] : [messageRateSample(messagesPerS, rate)]),
  ];
}

/** Round trips over dcPIM's message interface, and over TCP by the same programs under the same settings. */
export const pingPong = defineExperiment({
  name: "ping-pong",
  summary: "round trips of messages over dcPIM or TCP",
  options,
  ...withModule,
  evidence: [
    { feature: "dcPIM on a stock kernel", level: "guest" },
    { feature: "TCP by the same programs", level: "guest" },
    { feature: "several connections", level: "guest" },
  ],
  title: ({ protocol, messageBytes, clients }) =>
    `${protocol === "tcp" ? "TCP" : "dcPIM"} round trip, ${messageBytes} B${clients === 1 ? "" : `, ${clients} connections`}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  conditions: (chosen, host) => messageConditions(chosen, host),
  processes: (context) => profiled(context, messageProcesses(context, { flags: [] })),
  window: (chosen) => messageWindow(chosen),
  parser: { name: "dcpim-ping-pong", version: 1 },
  parse: (outputs) => read(outputs),
  check(context) {
    const { flows, complaints } = context.result;
    const { messageBytes, protocol } = context.options;
    const messages = flows.reduce((sum, one) => sum + one.messages, 0);
    return [
      ...complaintFindings(complaints),
      ...toldFlowFindings(flows, context.options),
      // the last of each connection may still be on its way
      ...payloadFindings(context, (messages - flows.length) * messageBytes),
      ...tcpFindings(context, protocol),
    ];
  },
  counterRules: [],
  samples: ({ roundTrips, messagesPerS }) => roundTripSamples(roundTrips, messagesPerS),
  headline: () => "roundTripLatency.p50",
});
