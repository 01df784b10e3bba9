import { defineExperiment } from "@hoststack/core";
import { z } from "zod";
import { clientLogParser } from "../outputs/client-log.js";
import { bytesReceived, serverLogParser } from "../outputs/server-log.js";
import { perfOption, profiled } from "./cpu-profile.js";
import { payloadFindings, tcpFindings } from "./findings.js";
import { clientId, flowNumbers, incastProcesses, serverId } from "./flow-processes.js";
import { incastFindings, incastResult, incastSamples } from "./incast-result.js";
import { hostConditions, runOptions, withModule } from "./with-module.js";

const options = z.strictObject({
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("transport protocol"),
  flows: z.int().min(2).max(15).default(4).describe("clients that send at the same time"),
  durationS: z.int().min(5).max(3600).default(15).describe("how long clients send, in seconds"),
  ...runOptions,
  perf: perfOption,
});

/** The first and the last interval are no whole ones. */
const marginMs = 1000;

/**
 * Several clients that send to one server, one port and one CPU. All clients are on one host: what meets is their flows
 * at the receiver, not their packets at a switch.
 */
export const incast = defineExperiment({
  name: "incast",
  summary: "several clients' bulk flows into one server and CPU",
  options,
  ...withModule,
  evidence: [
    { feature: "dcPIM on a stock kernel", level: "guest" },
    { feature: "TCP by the same programs", level: "guest" },
    { feature: "clients on several hosts", level: "plan only" },
  ],
  title: ({ protocol, flows }) =>
    `${protocol === "tcp" ? "TCP" : "dcPIM"} incast, ${flows} clients of one host to one CPU`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  conditions: (chosen, host) => hostConditions(chosen, host),
  processes: (context) => profiled(context, incastProcesses(context)),
  window: ({ durationS }) => ({
    process: serverId(0),
    window: {
      opens: { line: /start connection$/, delayMs: marginMs },
      closes: { afterMs: durationS * 1000 - 2 * marginMs },
      source:
        "kernel_impl/util/server.cc at 2abda17: a line per second, from the one after the connection",
    },
  }),
  parser: { name: "dcpim-incast", version: 1 },
  async parse(outputs, { flows: count }) {
    const of = (id: string) => outputs.of(id).stdout.lines();
    const server = await serverLogParser.parseLines(of(serverId(0)));
    const clients = await Promise.all(
      flowNumbers(count).map((flow) => clientLogParser.parseLines(of(clientId(flow)))),
    );
    return incastResult(server, clients);
  },
  check(context) {
    const { protocol, durationS } = context.options;
    return [
      ...incastFindings(context.result, durationS),
      ...payloadFindings(context, bytesReceived(context.result.server)),
      ...tcpFindings(context, protocol),
    ];
  },
  counterRules: [],
  samples: (result) => incastSamples(result),
  headline: () => "goodput",
});
