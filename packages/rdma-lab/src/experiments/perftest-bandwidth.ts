import { defineExperiment, rdmaRules } from "@hoststack/core";
import {
  bitsOfBytes,
  perftestBandwidthParser,
  perftestMeasuredS,
  perftestSamples,
  perftestWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { type RdmaFacts, rdmaFacts } from "../rdma-links.js";
import { perftestProcesses, perftestTools } from "./perftest.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(65_536).describe("size of a message"),
  durationS: z
    .int()
    .min(2)
    .max(3600)
    .default(4)
    .describe("test time in seconds; perftest measures the middle half"),
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
    facts: rdmaFacts,
    title: ({ messageBytes }) =>
      `ib_${test} ${messageBytes < smallMessageBytes ? "message rate" : "bandwidth"}, ${sizeOf(messageBytes)}`,
    processes: (context) => perftestProcesses(argvOptions(context.options), context),
    window: (chosen) => ({ process: "client", window: perftestWindow(argvOptions(chosen)) }),
    parser: { name: perftestBandwidthParser.name, version: perftestBandwidthParser.version },
    parse: (outputs, chosen) => parse(outputs.of("client").stdout.lines(), argvOptions(chosen)),
    check({ result }) {
      const [row] = result.report.rows;
      if (result.throughputGbps === undefined || row === undefined) {
        const text = `perftest gives no rate: ${row?.invalid ?? "no row"}`;
        return [{ state: "invalid", rule: "perftest.no-rate", text }];
      }
      if (row.invalid === undefined) return [];
      const text = `recomputed from iterations and time: ${row.invalid}`;
      return [{ state: "suspect", rule: "perftest.no-rate", text }];
    },
    counterRules: rdmaRules,
    samples: (result) => result.samples,
    headline: ({ messageBytes }) => (messageBytes < smallMessageBytes ? "messageRate" : "goodput"),
  });
}

async function parse(
  lines: AsyncIterable<string>,
  chosen: Parameters<typeof perftestMeasuredS>[0],
) {
  const report = await perftestBandwidthParser.parseLines(lines);
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
  };
}

/** Two-sided: the receiver posts buffers and both CPUs work. */
export const ibSendBw = bandwidthExperiment("send_bw", "RDMA send bandwidth or message rate");

/** One-sided: on an RDMA NIC the receiving CPU has nothing to do; with SoftRoCE its kernel works. */
export const ibWriteBw = bandwidthExperiment("write_bw", "RDMA write bandwidth or message rate");
