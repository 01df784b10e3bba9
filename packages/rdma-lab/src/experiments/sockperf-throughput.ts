import { defineExperiment, tcpRules, udpRules } from "@hoststack/core";
import {
  bitsOfBytes,
  sockperfServerParser,
  sockperfThroughputArgv,
  sockperfThroughputParser,
  sockperfThroughputSamples,
  sockperfWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { bypassFindings, bypassOption, bypassOutcome, bypassTitle } from "./bypass.js";
import { complaintFindings, invalid, payloadFindings, suspect } from "./findings.js";
import { sockperfProcesses } from "./sockperf.js";
import { durationFindings } from "./sockperf-findings.js";

const options = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp").describe("transport protocol"),
  messageBytes: z.int().min(14).max(65_507).default(1472).describe("payload of a message"),
  durationS: z.int().min(1).max(3600).default(4).describe("test time in seconds"),
  bypass: bypassOption,
});

/** Sends back to back over kernel sockets and counts what arrived (exercise 2 of the lab). */
export const sockperfThroughput = defineExperiment({
  name: "sockperf-throughput",
  summary: "one-way throughput over kernel sockets",
  options,
  needs: [],
  tools: [{ program: "sockperf", debianPackage: "sockperf" }],
  evidence: [
    { feature: "TCP", level: "guest" },
    { feature: "UDP", level: "namespace" },
    { feature: "bypass library", level: "constructed" },
  ],
  title: ({ protocol, messageBytes, bypass }) =>
    `sockperf ${protocol.toUpperCase()} throughput, ${messageBytes} B${bypassTitle(bypass)}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  processes: (context) => sockperfProcesses(context, sockperfThroughputArgv),
  window: (chosen) => ({ process: "client", window: sockperfWindow("throughput", chosen) }),
  parser: { name: sockperfThroughputParser.name, version: sockperfThroughputParser.version },
  async parse(outputs, { bypass }) {
    const client = await sockperfThroughputParser.parseLines(outputs.of("client").stdout.lines());
    const server = await sockperfServerParser.parseLines(outputs.of("server").stdout.lines());
    const arrived = Math.min(1, server.messagesReceived / Math.max(1, client.messagesSent));
    return {
      /** Payload that arrived: the client's rate times the share the server handled. */
      throughputGbps: (bitsOfBytes(client.bytesPerS) * arrived) / 1e9,
      arrivedRatio: arrived,
      client,
      server,
      /** Of the library at both ends; undefined when none was asked for. */
      bypass: await bypassOutcome(outputs, bypass),
    };
  },
  check(context) {
    const { protocol, durationS, messageBytes } = context.options;
    const { client, server, arrivedRatio, bypass } = context.result;
    const inactive = bypassFindings(bypass);
    if (inactive.length > 0) return inactive;
    if (server.messagesReceived === 0 || client.messagesSent === 0) {
      return [invalid("flow.empty", "the server received no message")];
    }
    // TCP loses nothing: what is missing was still on its way when the test ended
    const threshold = protocol === "tcp" ? 0.98 : 0.999;
    const text = `of ${client.messagesSent} messages sent ${server.messagesReceived} arrived (threshold ${threshold})`;
    return [
      ...(arrivedRatio >= threshold ? [] : [suspect("sockperf.loss", text)]),
      ...durationFindings({ measuredS: client.durationS, durationS, windowS: context.windowS }),
      // what a library moves does not pass the counters of the kernel's interface
      ...(bypass ? [] : payloadFindings(context, server.messagesReceived * messageBytes)),
      ...complaintFindings([...client.warnings, ...server.warnings]),
    ];
  },
  counterRules: [...tcpRules, ...udpRules],
  samples({ throughputGbps, client, bypass }) {
    if (bypassFindings(bypass).length > 0) return [];
    return [
      {
        metric: "goodput",
        value: throughputGbps * 1e9,
        unit: "bit/s",
        definition: "payload sent per second times the share of messages the server handled",
        better: "higher",
      },
      ...sockperfThroughputSamples(client),
    ];
  },
  headline: () => "goodput",
});
