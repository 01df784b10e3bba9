import { defineExperiment, rdmaRules } from "@hoststack/core";
import { perftestLatencyParser, perftestSamples, perftestWindow } from "@hoststack/tools";
import { z } from "zod";
import { rdmaFacts } from "../rdma-links.js";
import { perftestProcesses, perftestTools } from "./perftest.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(16).describe("size of a message"),
  iterations: z.int().min(5).max(10_000_000).default(1000).describe("messages each way"),
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
  facts: rdmaFacts,
  title: ({ messageBytes }) => `ib_send_lat latency (RTT/2, median), ${messageBytes} B`,
  processes: (context) => perftestProcesses(argvOptions(context.options), context),
  window: (chosen) => ({ process: "client", window: perftestWindow(argvOptions(chosen)) }),
  parser: { name: perftestLatencyParser.name, version: perftestLatencyParser.version },
  async parse(outputs) {
    const report = await perftestLatencyParser.parseLines(outputs.of("client").stdout.lines());
    const median = report.rows[0]?.typical;
    return { ...(median === undefined ? {} : { oneWayLatencyUs: median }), report };
  },
  check({ options: { iterations }, result: { oneWayLatencyUs, report } }) {
    const [row] = report.rows;
    if (oneWayLatencyUs === undefined || row?.invalid !== undefined) {
      const text = `perftest gives no latency: ${row?.invalid ?? "no median"}`;
      return [{ state: "invalid", rule: "perftest.no-latency", text }];
    }
    if (row?.iterations === iterations) return [];
    const text = `${row?.iterations} of ${iterations} iterations were reported`;
    return [{ state: "invalid", rule: "perftest.incomplete", text }];
  },
  counterRules: rdmaRules,
  samples: ({ report }) => perftestSamples(report),
  headline: () => "oneWayLatency.p50",
});
