import { defineExperiment, rdmaRules } from "@hoststack/core";
import { perftestLatencyParser, perftestSamples, perftestWindow } from "@hoststack/tools";
import { z } from "zod";
import { iterationsDeadlineMs } from "../deadline.js";
import { rdmaFacts } from "../rdma-links.js";
import { complaintFindings, invalid } from "./findings.js";
import { complaintsOf, perftestProcesses, perftestTools } from "./perftest.js";
import { rdmaFlowFindings } from "./rdma-flow.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(16).describe("size of a message"),
  iterations: z
    .int()
    .min(5)
    .max(10_000_000)
    .default(1000)
    .describe("messages each way; the run may take a minute and 15 ms for each"),
});
type Options = z.output<typeof options>;

const argvOptions = ({ messageBytes, iterations }: Options) =>
  ({ test: "send_lat", messageBytes, iterations }) as const;

/** Half of the round trip of one RDMA send at a time, polling (exercise 3 of the lab). */
export const ibSendLat = defineExperiment({
  name: "ib-send-lat",
  summary: "RDMA send latency, one message at a time",
  options,
  needs: ["rdma"],
  tools: perftestTools("ib_send_lat"),
  evidence: [
    { feature: "SoftRoCE", level: "guest" },
    { feature: "RDMA NIC", level: "plan only" },
  ],
  facts: rdmaFacts,
  title: ({ messageBytes }) => `ib_send_lat latency (RTT/2, median), ${messageBytes} B`,
  traffic: ({ iterations }) => ({ seconds: iterationsDeadlineMs(iterations) / 1000 }),
  processes: (context) => perftestProcesses(argvOptions(context.options), context),
  window: (chosen) => ({ process: "client", window: perftestWindow(argvOptions(chosen)) }),
  parser: { name: perftestLatencyParser.name, version: perftestLatencyParser.version },
  async parse(outputs) {
    const report = await perftestLatencyParser.parseLines(outputs.of("client").stdout.lines());
    const median = report.rows[0]?.unit === "usec" ? report.rows[0].typical : undefined;
    return {
      /** Half of the median round trip. */
      ...(median === undefined || report.halved !== true ? {} : { oneWayLatencyUs: median }),
      report,
      complaints: await complaintsOf(outputs),
    };
  },
  check(context) {
    const { oneWayLatencyUs, report, complaints } = context.result;
    const { iterations, messageBytes } = context.options;
    const [row] = report.rows;
    if (report.halved !== true) {
      const title = report.test === undefined ? "no title" : `the title "${report.test}"`;
      const text = `the output has ${title}, so whether its figures are RTT or RTT/2 is unknown`;
      return [invalid("perftest.unknown-test", text)];
    }
    if (oneWayLatencyUs === undefined || oneWayLatencyUs <= 0 || row?.invalid !== undefined) {
      const why = row?.invalid ?? `the median is ${oneWayLatencyUs ?? "missing"}`;
      return [invalid("perftest.no-latency", `perftest gives no latency: ${why}`)];
    }
    const told = row?.iterations ?? 0;
    const text = `${told} of ${iterations} iterations were reported`;
    return [
      ...(told === iterations ? [] : [invalid("perftest.incomplete", text)]),
      ...rdmaFlowFindings(context, { messages: told, bytes: told * messageBytes }),
      ...complaintFindings([...report.warnings, ...complaints]),
    ];
  },
  counterRules: rdmaRules,
  samples: ({ report }) => perftestSamples(report),
  headline: () => "oneWayLatency.p50",
});
