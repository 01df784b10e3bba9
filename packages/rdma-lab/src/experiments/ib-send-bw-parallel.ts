import {
  type CpuFacts,
  cpuFacts,
  defineExperiment,
  type Outputs,
  rdmaRules,
} from "@hoststack/core";
import {
  bitsOfBytes,
  type MetricSample,
  type PerftestOptions,
  perftestBandwidthParser,
  perftestMeasuredS,
  perftestSamples,
  perftestWindow,
} from "@hoststack/tools";
import { z } from "zod";
import { type RdmaFacts, rdmaFacts } from "../rdma-links.js";
import { complaintFindings } from "./findings.js";
import { overlapFindings, overlapRatio, type PairReport, pairFindings } from "./pair-findings.js";
import { pairIds, pairProcesses } from "./pair-processes.js";
import { complaintsOf, perftestTools, sizeOf } from "./perftest.js";
import { rdmaFlowFindings } from "./rdma-flow.js";

const options = z.strictObject({
  processes: z.int().min(1).max(64).default(2).describe("pairs of processes, a core each"),
  messageBytes: z.int().min(1).max(8_388_608).default(4).describe("size of a message"),
  durationS: z
    .int()
    .min(4)
    .max(3600)
    .default(7)
    .describe("test time in seconds; about a quarter at each end is left out"),
});
type Options = z.output<typeof options>;
type ParallelFacts = RdmaFacts & CpuFacts;

const argvOptions = ({ messageBytes, durationS }: Options) =>
  ({ test: "send_bw", messageBytes, durationS }) as const satisfies PerftestOptions;

const windowOf = (process: string, chosen: Options) => ({
  process,
  window: perftestWindow(argvOptions(chosen)),
});

async function readPair(
  outputs: Outputs,
  pair: ReturnType<typeof pairIds>[number],
  chosen: Options,
) {
  const report = await perftestBandwidthParser.parseLines(outputs.of(pair.client).stdout.lines());
  const measuredS = perftestMeasuredS(argvOptions(chosen));
  const own = perftestSamples(report, { measuredS });
  const messagesPerS = own.find(({ metric }) => metric === "messageRate")?.value;
  return { ...pair, report, ...(messagesPerS === undefined ? {} : { messagesPerS }) };
}

/** Rate of all pairs; undefined when one of them has none, since the rest is not the whole. */
function sumOf(pairs: readonly PairReport[]): number | undefined {
  const rates = pairs.flatMap(({ messagesPerS }) => messagesPerS ?? []);
  return rates.length < pairs.length ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
}

async function parse(outputs: Outputs, chosen: Options) {
  const ids = pairIds(chosen.processes);
  const pairs = await Promise.all(ids.map((pair) => readPair(outputs, pair, chosen)));
  const messageRatePerS = sumOf(pairs);
  return {
    ...(messageRatePerS === undefined
      ? {}
      : {
          messageRatePerS,
          throughputGbps: bitsOfBytes(messageRatePerS * chosen.messageBytes) / 1e9,
        }),
    pairs,
    complaints: await complaintsOf(
      outputs,
      ids.flatMap(({ client, server }) => [client, server]),
    ),
  };
}
type Parallel = Awaited<ReturnType<typeof parse>>;

function samplesOf({ messageRatePerS, throughputGbps, pairs }: Parallel): MetricSample[] {
  if (messageRatePerS === undefined || throughputGbps === undefined) return [];
  const rates = pairs.flatMap(({ messagesPerS }) => messagesPerS ?? []);
  const higher = {
    better: "higher",
    definition: "sum over all pairs that measured side by side",
  } as const;
  const one = (definition: string) => ({ unit: "count/s", better: "higher", definition }) as const;
  return [
    { metric: "messageRate", value: messageRatePerS, unit: "count/s", ...higher },
    { metric: "goodput", value: throughputGbps * 1e9, unit: "bit/s", ...higher },
    { metric: "messageRate.least", value: Math.min(...rates), ...one("of the slowest pair") },
    { metric: "messageRate.most", value: Math.max(...rates), ...one("of the fastest pair") },
  ];
}

/**
 * Several ib_send_bw side by side, a physical core each at both ends, those near the NIC first (exercise 4 of the lab).
 * Their rates are added up only where all of them measured at the same time.
 */
export const ibSendBwParallel = defineExperiment<Options, Parallel, ParallelFacts>({
  name: "ib-send-bw-parallel",
  summary: "message rate of several sends side by side, a core each",
  options,
  needs: ["rdma"],
  tools: [
    ...perftestTools("ib_send_bw"),
    { program: "lscpu", debianPackage: "util-linux" },
    { program: "taskset", debianPackage: "util-linux" },
  ],
  evidence: [
    { feature: "SoftRoCE", level: "guest" },
    { feature: "NUMA and SMT", level: "constructed" },
    { feature: "RDMA NIC", level: "plan only" },
  ],
  facts: { ...rdmaFacts, ...cpuFacts },
  title: ({ processes, messageBytes }) =>
    `${processes} x ib_send_bw message rate, ${sizeOf(messageBytes)}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  processes: (context) => pairProcesses(context, argvOptions(context.options)),
  window: (chosen) => windowOf("client-1", chosen),
  otherWindows: (chosen) =>
    pairIds(chosen.processes)
      .slice(1)
      .map(({ client }) => windowOf(client, chosen)),
  parser: { name: perftestBandwidthParser.name, version: perftestBandwidthParser.version },
  parse,
  check(context) {
    const { pairs, complaints } = context.result;
    const chosen = argvOptions(context.options);
    const messages = pairs.reduce((sum, { report }) => sum + (report.rows[0]?.iterations ?? 0), 0);
    return [
      ...overlapFindings(overlapRatio(pairs, context.windows)),
      ...pairFindings(pairs, perftestMeasuredS(chosen)),
      ...rdmaFlowFindings(context, { messages, bytes: messages * chosen.messageBytes }),
      ...complaintFindings([...pairs.flatMap(({ report }) => report.warnings), ...complaints]),
    ];
  },
  counterRules: rdmaRules,
  samples: samplesOf,
  headline: () => "messageRate",
});
