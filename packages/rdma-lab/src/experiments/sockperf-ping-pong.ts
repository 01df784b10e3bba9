import { defineExperiment, tcpRules, udpRules } from "@hoststack/core";
import {
  sockperfLatencyParser,
  sockperfLatencySamples,
  sockperfPingPongArgv,
  sockperfWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { bypassFindings, bypassOption, bypassOutcome, bypassTitle } from "./bypass.js";
import { complaintFindings, invalid, payloadFindings } from "./findings.js";
import { sockperfProcesses } from "./sockperf.js";
import {
  diedFindings,
  durationFindings,
  lossFindings,
  roundTripFindings,
  trimmedS,
} from "./sockperf-findings.js";

const options = z.strictObject({
  protocol: z.enum(["udp", "tcp"]).default("udp").describe("transport protocol"),
  messageBytes: z.int().min(14).max(65_507).default(16).describe("payload of a message"),
  durationS: z.int().min(1).max(3600).default(4).describe("test time in seconds"),
  bypass: bypassOption,
});

/** Half of the round trip of one message at a time over kernel sockets (exercise 2 of the lab). */
export const sockperfPingPong = defineExperiment({
  name: "sockperf-ping-pong",
  summary: "latency over kernel sockets, one message at a time",
  options,
  needs: [],
  tools: [{ program: "sockperf", debianPackage: "sockperf" }],
  evidence: [
    { feature: "UDP", level: "guest" },
    { feature: "TCP", level: "namespace" },
    { feature: "bypass library", level: "constructed" },
  ],
  title: ({ protocol, messageBytes, bypass }) =>
    `sockperf ${protocol.toUpperCase()} latency (RTT/2, median), ${messageBytes} B${bypassTitle(bypass)}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  processes: (context) => sockperfProcesses(context, sockperfPingPongArgv),
  window: (chosen) => ({ process: "client", window: sockperfWindow("ping-pong", chosen) }),
  parser: { name: sockperfLatencyParser.name, version: sockperfLatencyParser.version },
  async parse(outputs, { bypass }) {
    const latency = await sockperfLatencyParser.parseLines(outputs.of("client").stdout.lines());
    const median = latency.percentiles.find(({ percent }) => percent === 50);
    return {
      /** Half of the median round trip. */
      ...(median === undefined ? {} : { oneWayLatencyUs: median.latencyUs }),
      latency,
      /** Of the library at both ends; undefined when none was asked for. */
      bypass: await bypassOutcome(outputs, bypass),
    };
  },
  check(context) {
    const { durationS, messageBytes } = context.options;
    const { oneWayLatencyUs, latency, bypass } = context.result;
    const inactive = bypassFindings(bypass);
    if (inactive.length > 0) return inactive;
    if (oneWayLatencyUs === undefined || latency.valid.messagesReceived === 0) {
      return [invalid("flow.empty", "no reply came in the valid part")];
    }
    const { durationS: measuredS } = latency.total;
    const windowS = context.windowS === undefined ? undefined : context.windowS + trimmedS;
    const died = diedFindings(latency, durationS);
    return [
      ...died,
      ...lossFindings(latency),
      ...durationFindings({ measuredS, durationS, windowS }),
      // a flow that died cannot fill its window
      ...(died.length > 0 ? [] : roundTripFindings(latency, context.windowS)),
      // what a library moves does not pass the counters of the kernel's interface
      ...(bypass ? [] : payloadFindings(context, latency.total.messagesReceived * messageBytes)),
      ...complaintFindings(latency.warnings),
    ];
  },
  counterRules: [...tcpRules, ...udpRules],
  samples: ({ latency, bypass }) =>
    bypassFindings(bypass).length > 0 ? [] : sockperfLatencySamples(latency),
  headline: () => "oneWayLatency.p50",
});
