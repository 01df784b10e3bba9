import { defineExperiment } from "@hoststack/core";
import { z } from "zod";
import { messageClientParser, messageServerParser } from "../outputs/message-logs.js";
import { programVariables } from "../program-edits/variables.js";
import { clockOptions, clockSteps, onClocks, readClocks } from "./clock.js";
import { payloadFindings, tcpFindings } from "./findings.js";
import { messageConditions, messageOptions } from "./message-options.js";
import { messageProcesses, messageWindow } from "./message-processes.js";
import { largestPublishedTcpBytes, publishedSettingsText } from "./published-settings.js";
import {
  shortMessageFindings,
  shortMessageSamples,
  shortMessages as together,
} from "./short-message-result.js";
import { withModule } from "./with-module.js";

const options = z
  .strictObject({
    ...messageOptions,
    connections: z
      .enum(["one", "per-message"])
      .default("one")
      .describe("one for all, or one each, TCP only"),
    messagesPerS: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(100)
      .describe("of each client; 0: all it can"),
    ...clockOptions,
    asPublished: z.boolean().default(false).describe("NICs set for each protocol"),
  })
  .refine(({ protocol, connections }) => protocol === "tcp" || connections === "one", {
    path: ["connections"],
    error: "a connection for each message is something upstream's server has for TCP only",
  })
  .refine(
    ({ protocol, messageBytes, asPublished }) =>
      !asPublished || protocol === "dcpim" || messageBytes <= largestPublishedTcpBytes,
    {
      path: ["messageBytes"],
      error: `as published, the MTU of TCP is its size and 52 bytes: ${largestPublishedTcpBytes} at most`,
    },
  );

/**
 * Messages nobody answers, with the time they were sent: their latency, over dcPIM's message interface, over a TCP
 * connection, or over a TCP connection each.
 */
export const shortMessages = defineExperiment({
  name: "short-messages",
  summary: "one-way latency of messages over dcPIM or TCP",
  options,
  ...withModule,
  evidence: [
    { feature: "dcPIM on a stock kernel", level: "guest" },
    { feature: "TCP, one connection", level: "guest" },
    { feature: "TCP, a connection per message", level: "guest" },
    { feature: "several clients", level: "guest" },
    { feature: "clocks set by PTP", level: "plan only" },
    { feature: "upstream's unequal NIC settings", level: "plan only" },
  ],
  title: ({ protocol, connections, messageBytes, clients, asPublished }) =>
    `${protocol === "tcp" ? "TCP" : "dcPIM"} one-way latency, ${messageBytes} B${connections === "one" ? "" : ", a connection each"}${clients === 1 ? "" : `, ${clients} clients`}${asPublished ? ", as published" : ""}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  conditions: (chosen, host) => [...messageConditions(chosen, host), ...clockSteps(chosen, host)],
  processes: (context) =>
    onClocks(
      context,
      messageProcesses(context, {
        flags: [context.options.connections === "one" ? "--oneside" : "--shortflow"],
        variables: {
          [programVariables.messagesPerS]: String(context.options.messagesPerS),
          // clocks that PTP keeps are compared as well, and not corrected
          [programVariables.clock]: context.options.clock === "corrected" ? "corrected" : "own",
        },
      }),
    ),
  window: (chosen) => messageWindow(chosen),
  parser: { name: "dcpim-short-messages", version: 1 },
  async parse(outputs, chosen) {
    const of = (id: string) => outputs.of(id).stdout.lines();
    const client = await messageClientParser.parseLines(of("client"));
    const server = await messageServerParser.parseLines(of("server"));
    const { oneWay } = server;
    const ptp = await readClocks(outputs, chosen);
    return {
      /** Median. */
      ...(oneWay === undefined ? {} : { oneWayLatencyUs: oneWay.medianUs }),
      ...together({ client, server, ...(ptp && { ptp }) }, chosen),
      ...(chosen.asPublished ? { settings: publishedSettingsText(chosen) } : {}),
    };
  },
  check(context) {
    const { protocol, messageBytes } = context.options;
    const messages = context.result.server.received.reduce((sum, one) => sum + one.messages, 0);
    return [
      ...shortMessageFindings(context.result, context.options),
      ...payloadFindings(context, messages * messageBytes),
      ...tcpFindings(context, protocol),
    ];
  },
  counterRules: [],
  samples: (result) => shortMessageSamples(result),
  headline: () => "oneWayLatency.p50",
});
