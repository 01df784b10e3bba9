import { defineExperiment, type Outputs, type Reason, rdmaRules } from "@hoststack/core";
import {
  type PerftestLatency,
  perftestLatencyParser,
  perftestSamples,
  perftestWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { iterationsDeadlineMs } from "../deadline.js";
import { type RdmaFacts, rdmaFacts } from "../rdma-links.js";
import { complaintFindings, invalid } from "./findings.js";
import { complaintsOf, perftestProcesses, perftestTools, sizeOf } from "./perftest.js";
import { type Payload, rdmaFlowFindings } from "./rdma-flow.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(16).describe("size of a message"),
  iterations: z
    .int()
    .min(5)
    .max(10_000_000)
    .default(1000)
    .describe("messages in turn; the run may take a minute and 15 ms for each"),
});
type Options = z.output<typeof options>;

/** What tells one latency test from another. */
interface LatencyTest {
  readonly test: "send_lat" | "read_lat";
  readonly summary: string;
  /** perftest prints half of the round trip of sends, and the whole one of reads. */
  readonly halved: boolean;
  readonly payload: Payload;
}

async function parse(outputs: Outputs, halved: boolean) {
  const report = await perftestLatencyParser.parseLines(outputs.of("client").stdout.lines());
  const [row] = report.rows;
  const median = row?.unit === "usec" && report.halved === halved ? row.typical : undefined;
  const known = median !== undefined;
  return {
    /** Half of the median round trip; of a read there is none. */
    ...(known && halved ? { oneWayLatencyUs: median } : {}),
    /** The median round trip of a read. */
    ...(known && !halved ? { roundTripLatencyUs: median } : {}),
    report,
    complaints: await complaintsOf(outputs),
  };
}

/** Why there is no latency in a report, or not the one that was asked for. */
function latencyFindings(report: PerftestLatency, halved: boolean): Reason[] {
  const [row] = report.rows;
  if (report.halved !== halved) {
    const title = report.test === undefined ? "no title" : `the title "${report.test}"`;
    const text = `the output has ${title}, so whether its figures are RTT or RTT/2 is unknown`;
    return [invalid("perftest.unknown-test", text)];
  }
  const median = row?.unit === "usec" ? row.typical : undefined;
  if (median !== undefined && median > 0 && row?.invalid === undefined) return [];
  const why = row?.invalid ?? `the median is ${median ?? "missing"}`;
  return [invalid("perftest.no-latency", `perftest gives no latency: ${why}`)];
}

/** A latency test of perftest for a number of messages, polling (exercise 3 of the lab). */
function latencyExperiment({ test, summary, halved, payload }: LatencyTest) {
  const argvOptions = ({ messageBytes, iterations }: Options) =>
    ({ test, messageBytes, iterations }) as const;
  return defineExperiment<Options, Awaited<ReturnType<typeof parse>>, RdmaFacts>({
    name: `ib-${test.replace("_", "-")}`,
    summary,
    options,
    needs: ["rdma"],
    tools: perftestTools(`ib_${test}`),
    evidence: [
      { feature: "SoftRoCE", level: "guest" },
      { feature: "RDMA NIC", level: "plan only" },
    ],
    facts: rdmaFacts,
    title: ({ messageBytes }) =>
      `ib_${test} latency (${halved ? "RTT/2" : "RTT"}, median), ${sizeOf(messageBytes)}`,
    traffic: ({ iterations }) => ({ seconds: iterationsDeadlineMs(iterations) / 1000 }),
    processes: (context) => perftestProcesses(argvOptions(context.options), context),
    window: (chosen) => ({ process: "client", window: perftestWindow(argvOptions(chosen)) }),
    parser: { name: perftestLatencyParser.name, version: perftestLatencyParser.version },
    parse: (outputs) => parse(outputs, halved),
    check(context) {
      const { report, complaints } = context.result;
      const { iterations, messageBytes } = context.options;
      const missing = latencyFindings(report, halved);
      if (missing.length > 0) return missing;
      const told = report.rows[0]?.iterations ?? 0;
      const text = `${told} of ${iterations} iterations were reported`;
      return [
        ...(told === iterations ? [] : [invalid("perftest.incomplete", text)]),
        ...rdmaFlowFindings(context, { messages: told, bytes: told * messageBytes, payload }),
        ...complaintFindings([...report.warnings, ...complaints]),
      ];
    },
    counterRules: rdmaRules,
    samples: ({ report }) => perftestSamples(report),
    headline: () => (halved ? "oneWayLatency.p50" : "roundTripLatency.p50"),
  });
}

/** Half of the round trip of one RDMA send at a time. */
export const ibSendLat = latencyExperiment({
  test: "send_lat",
  summary: "RDMA send latency, one message at a time",
  halved: true,
  payload: "to server",
});

/** How long one RDMA read takes from the post to the completion: a whole round trip. */
export const ibReadLat = latencyExperiment({
  test: "read_lat",
  summary: "RDMA read latency, one at a time: a whole round trip",
  halved: false,
  payload: "to client",
});
