import {
  cpuGovernorStep,
  defineExperiment,
  type Outputs,
  type Reason,
  rdmaRules,
} from "@hoststack/core";
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
import { complaintsOf, perftestProcesses, perftestTools, sizeOf } from "./perftest.js";
import { rateFindings } from "./perftest-rate.js";
import { type Payload, rdmaFlowFindings } from "./rdma-flow.js";

const options = z.strictObject({
  messageBytes: z.int().min(1).max(8_388_608).default(65_536).describe("size of a message"),
  durationS: z
    .int()
    .min(2)
    .max(3600)
    .default(4)
    .describe("test time in seconds; about a quarter at each end is left out"),
  figure: z
    .enum(["bandwidth", "message-rate"])
    .optional()
    .describe("headline figure (default by size: message-rate below 1024 B)"),
  governor: z
    .string()
    .regex(/^[a-z_]+$/, "must be the name of a frequency governor")
    .optional()
    .describe("of all CPUs of both hosts while it measures, e.g. powersave"),
});
type Options = z.output<typeof options>;

/** Below this size a message rate says more than a bandwidth. */
const smallMessageBytes = 1024;

const figureOf = ({ figure, messageBytes }: Options) =>
  figure ?? (messageBytes < smallMessageBytes ? "message-rate" : "bandwidth");

function titleOf(test: string, chosen: Options): string {
  const { messageBytes, governor } = chosen;
  const clock = governor === undefined ? "" : `, governor ${governor}`;
  return `ib_${test} ${figureOf(chosen).replace("-", " ")}, ${sizeOf(messageBytes)}${clock}`;
}

/** What tells one bandwidth test from another. */
interface BandwidthTest {
  readonly test: "send_bw" | "write_bw" | "read_bw";
  readonly summary: string;
  readonly payload: Payload;
}

/** A bandwidth test of perftest for a duration, over a reliable connection (exercise 3 of the lab). */
function bandwidthExperiment({ test, summary, payload }: BandwidthTest) {
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
      { feature: "frequency governor", level: "constructed" },
    ],
    facts: rdmaFacts,
    title: (chosen) => titleOf(test, chosen),
    traffic: ({ durationS }) => ({ seconds: durationS }),
    processes: (context) => perftestProcesses(argvOptions(context.options), context),
    conditions: ({ governor }) => (governor === undefined ? [] : [cpuGovernorStep({ governor })]),
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
        ...rdmaFlowFindings(context, { messages, bytes: messages * messageBytes, payload }),
        ...complaintFindings([...report.warnings, ...complaints]),
      ];
    },
    counterRules: rdmaRules,
    samples: (result) => result.samples,
    headline: (chosen) => (figureOf(chosen) === "message-rate" ? "messageRate" : "goodput"),
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
export const ibSendBw = bandwidthExperiment({
  test: "send_bw",
  summary: "RDMA send bandwidth or message rate",
  payload: "to server",
});

/** One-sided: on an RDMA NIC the receiving CPU has nothing to do; with SoftRoCE its kernel works. */
export const ibWriteBw = bandwidthExperiment({
  test: "write_bw",
  summary: "RDMA write bandwidth or message rate",
  payload: "to server",
});

/** One-sided as well: the client asks, and the server's device or kernel answers. */
export const ibReadBw = bandwidthExperiment({
  test: "read_bw",
  summary: "RDMA read bandwidth or message rate",
  payload: "to client",
});
