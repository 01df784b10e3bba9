import { defineExperiment } from "@hoststack/core";
import { z } from "zod";
import { serverLogParser } from "../outputs/server-log.js";
import { perfOption, profiled } from "./cpu-profile.js";
import { payloadFindings, tcpFindings } from "./findings.js";
import { flowNumbers, flowProcesses, serverId } from "./flow-processes.js";
import { flowFigure, flowFindings, flowSamples, readFlow, sumOfAll } from "./long-flow-result.js";
import { hostConditions, runOptions, withModule } from "./with-module.js";

const options = z.strictObject({
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("transport protocol"),
  flows: z.int().min(1).max(15).default(1).describe("flows at the same time"),
  durationS: z.int().min(5).max(3600).default(15).describe("how long clients send, in seconds"),
  asPublished: z.boolean().default(false).describe("figure by upstream's formula"),
  ...runOptions,
  perf: perfOption,
});

/** The first and the last interval are no whole ones. */
const marginMs = 1000;

const windowOf = (flow: number, durationS: number) => ({
  process: serverId(flow),
  window: {
    opens: { line: /start connection$/, delayMs: marginMs },
    closes: { afterMs: durationS * 1000 - 2 * marginMs },
    source:
      "kernel_impl/util/server.cc at 2abda17: a line per second, from the one after the connection",
  },
});

/** Bulk flows over dcPIM's streaming interface, and over TCP by the same programs under the same settings. */
export const longFlows = defineExperiment({
  name: "long-flows",
  summary: "bulk flows over dcPIM or TCP, by dcPIM's own programs",
  options,
  ...withModule,
  evidence: [
    { feature: "dcPIM on a stock kernel", level: "guest" },
    { feature: "TCP by the same programs", level: "guest" },
    { feature: "two flows", level: "guest" },
    { feature: "hosts of a testbed file, module copied there", level: "guest" },
    { feature: "hosts of a testbed file, module built there", level: "guest" },
    { feature: "knobs of a server", level: "plan only" },
    { feature: "patched kernel", level: "guest" },
    { feature: "CPU profile of the server", level: "guest" },
  ],
  title: ({ protocol, flows, asPublished }) =>
    `${protocol === "tcp" ? "TCP" : "dcPIM"} long flows, ${flows} ${flows === 1 ? "flow" : "flows"}${asPublished ? ", as published" : ""}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  conditions: (chosen, host) => hostConditions(chosen, host),
  processes: (context) => profiled(context, flowProcesses(context)),
  window: ({ durationS }) => windowOf(0, durationS),
  otherWindows: ({ flows, durationS }) =>
    flowNumbers(flows)
      .slice(1)
      .map((flow) => windowOf(flow, durationS)),
  parser: { name: serverLogParser.name, version: serverLogParser.version },
  async parse(outputs, { flows: count, asPublished }) {
    const logs = await Promise.all(flowNumbers(count).map((flow) => readFlow(outputs, flow)));
    const flows = logs.map(flowFigure);
    const total = sumOfAll(
      flows.map((one) => (asPublished ? one.publishedGbps : one.throughputGbps)),
    );
    return { ...(total === undefined ? {} : { throughputGbps: total }), flows, logs, asPublished };
  },
  check(context) {
    const { flows, logs } = context.result;
    const { durationS, protocol } = context.options;
    const own = logs.flatMap((log, index) => {
      const figure = flows[index];
      return figure === undefined ? [] : flowFindings(log, figure, durationS);
    });
    const payload = flows.reduce((sum, { bytes }) => sum + bytes, 0);
    return [...own, ...payloadFindings(context, payload), ...tcpFindings(context, protocol)];
  },
  counterRules: [],
  samples: ({ flows, asPublished }) => flowSamples(flows, asPublished),
  headline: () => "goodput",
});
