import { defineExperiment, type Outputs, type Reason, rdmaRules } from "@hoststack/core";
import {
  bitsOfBytes,
  type PerftestBandwidthRow,
  type PerftestOptions,
  perftestBandwidthParser,
  perftestMeasuredS,
  perftestSamples,
  perftestWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { type RdmaFacts, rdmaFacts } from "../rdma-links.js";
import { complaintFindings, invalid, suspect } from "./findings.js";
import { complaintsOf, perftestProcesses, perftestTools } from "./perftest.js";
import { rateFindings } from "./perftest-rate.js";
import { rdmaFlowFindings } from "./rdma-flow.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(65_536).describe("size of a message"),
  durationS: z
    .int()
    .min(2)
    .max(3600)
    .default(4)
    .describe(
      "test time in seconds; perftest leaves out a quarter, rounded down to seconds, at each end",
    ),
});
type Options = z.output<typeof options>;

/** Below this size a message rate says more than a bandwidth. */
const smallMessageBytes = 1024;

const sizeOf = (bytes: number): string =>
  bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;

/** ib_send_bw or ib_write_bw for a duration, over a reliable connection (exercise 3 of the lab). */
function bandwidthExperiment(test: "send_bw" | "write_bw", summary: string) {
  const argvOptions = ({ messageBytes, durationS }: Options) => ({ test, messageBytes, durationS });
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
      `ib_${test} ${messageBytes < smallMessageBytes ? "message rate" : "bandwidth"}, ${sizeOf(messageBytes)}`,
    traffic: ({ durationS }) => ({ seconds: durationS }),
    processes: (context) => perftestProcesses(argvOptions(context.options), context),
    window: (chosen) => ({ process: "client", window: perftestWindow(argvOptions(chosen)) }),
    parser: { name: perftestBandwidthParser.name, version: perftestBandwidthParser.version },
    parse: (outputs, chosen) => parse(outputs, argvOptions(chosen)),
    check(context) {
      const { report, throughputGbps, complaints } = context.result;
      const [row] = report.rows;
      if (throughputGbps === undefined || row === undefined) {
        const text = `perftest gives no rate: ${row?.invalid ?? "no row"}`;
        return [invalid("perftest.no-rate", text)];
      }
      const measuredS = perftestMeasuredS(argvOptions(context.options));
      const { iterations: messages, messageBytes } = row;
      return [
        ...recomputedFindings(row),
        ...(measuredS === undefined ? [] : rateFindings(report, measuredS)),
        ...rdmaFlowFindings(context, { messages, bytes: messages * messageBytes }),
        ...complaintFindings([...report.warnings, ...complaints]),
      ];
    },
    counterRules: rdmaRules,
    samples: (result) => result.samples,
    headline: ({ messageBytes }) => (messageBytes < smallMessageBytes ? "messageRate" : "goodput"),
  });
}

function recomputedFindings(row: PerftestBandwidthRow): Reason[] {
  if (row.invalid === undefined) return [];
  const text = `recomputed from iterations and time: ${row.invalid}`;
  return [suspect("perftest.no-rate", text)];
}

async function parse(outputs: Outputs, chosen: PerftestOptions) {
  const report = await perftestBandwidthParser.parseLines(outputs.of("client").stdout.lines());
  const own = perftestSamples(report, { measuredS: perftestMeasuredS(chosen) });
  const bandwidth = own.find(({ metric }) => metric === "bandwidth");
  const goodput = bandwidth && {
    ...bandwidth,
    metric: "goodput",
    value: bitsOfBytes(bandwidth.value),
    unit: "bit/s" as const,
  };
  const rate = own.find(({ metric }) => metric === "messageRate");
  return {
    ...(goodput ? { throughputGbps: goodput.value / 1e9 } : {}),
    ...(rate ? { messageRatePerS: rate.value } : {}),
    samples: goodput ? [goodput, ...own] : own,
    report,
    complaints: await complaintsOf(outputs),
  };
}

/** Two-sided: the receiver posts buffers and both CPUs work. */
export const ibSendBw = bandwidthExperiment("send_bw", "RDMA send bandwidth or message rate");

/** One-sided: on an RDMA NIC the receiving CPU has nothing to do; with SoftRoCE its kernel works. */
export const ibWriteBw = bandwidthExperiment("write_bw", "RDMA write bandwidth or message rate");
