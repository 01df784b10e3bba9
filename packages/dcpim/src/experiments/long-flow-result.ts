import type { Outputs, Reason } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import { type ClientLog, clientLogParser } from "../outputs/client-log.js";
import { publishedServerGbps } from "../outputs/published.js";
import {
  bytesReceived,
  type ServerLog,
  serverLogParser,
  steadyThroughput,
} from "../outputs/server-log.js";
import { invalid, suspect } from "./findings.js";
import { clientId, serverId } from "./flow-processes.js";

/** What both ends of one flow printed. */
export interface FlowLogs {
  readonly flow: number;
  readonly server: ServerLog;
  readonly client: ClientLog;
}

/** Reads both ends of a flow. Throws PARSE_FAILED. */
export async function readFlow(outputs: Outputs, flow: number): Promise<FlowLogs> {
  const server = await serverLogParser.parseLines(outputs.of(serverId(flow)).stdout.lines());
  const client = await clientLogParser.parseLines(outputs.of(clientId(flow)).stdout.lines());
  return { flow, server, client };
}

/** What one flow carried. */
export interface FlowFigure {
  readonly flow: number;
  /** Over the intervals that lie wholly within the connection; undefined where there is none. */
  readonly throughputGbps: number | undefined;
  /** Upstream's mean of rounded figures; undefined where its script fails. */
  readonly publishedGbps: number | undefined;
  /** All that arrived. */
  readonly bytes: number;
  /** Length of those intervals. */
  readonly seconds: number;
}

/** The figures of a flow. */
export function flowFigure({ flow, server }: FlowLogs): FlowFigure {
  const steady = steadyThroughput(server);
  return {
    flow,
    throughputGbps: steady && steady.bitsPerS / 1e9,
    publishedGbps: publishedServerGbps(server),
    bytes: bytesReceived(server),
    seconds: steady?.seconds ?? 0,
  };
}

/** The sum of what all flows have; undefined when one has none. */
export function sumOfAll(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

/** Shortest share of the asked time whose figures count; connecting and the interval of the end take the rest. */
const leastShare = 0.5;

/** Why a flow carried no figure, or one that is not of a steady flow. */
export function flowFindings(
  { flow, server, client }: FlowLogs,
  { seconds, bytes }: FlowFigure,
  durationS: number,
): Reason[] {
  const words = [...server.complaints, ...client.failures];
  const told = words.length === 0 ? "" : `: ${words.join(" | ")}`;
  const nothing = (why: string) => [invalid("flow.empty", `flow ${flow} ${why}${told}`)];
  if (server.connections === 0) return nothing("was never connected, as its server saw");
  if (bytes === 0) return nothing("was connected, but carried nothing");
  const full = server.intervals.filter(({ phase }) => phase === "full");
  const carried = full.reduce((sum, one) => sum + one.bytes, 0);
  if (carried === 0) return nothing("carried nothing in any whole second");
  const stalled = full.filter((one) => one.bytes === 0).length;
  return [
    ...words.map((one) => invalid("program.complained", `flow ${flow}: ${one}`)),
    ...(server.connections === 1
      ? []
      : [
          invalid(
            "flow.foreign",
            `${server.connections} connections came to flow ${flow}'s server`,
          ),
        ]),
    ...(seconds >= durationS * leastShare
      ? []
      : [
          invalid(
            "flow.short",
            `flow ${flow} was there for ${seconds.toFixed(1)} s of ${durationS} (threshold ${leastShare})`,
          ),
        ]),
    ...(stalled === 0
      ? []
      : [
          suspect(
            "flow.stalled",
            `nothing arrived of flow ${flow} in ${stalled} of ${full.length} s`,
          ),
        ]),
  ];
}

/** Samples of several flows: their sum, and the least of them. */
export function flowSamples(
  flows: readonly FlowFigure[],
  asPublished: boolean,
): readonly MetricSample[] {
  const values = flows.map((one) => (asPublished ? one.publishedGbps : one.throughputGbps));
  const total = sumOfAll(values);
  if (total === undefined) return [];
  const least = Math.min(...values.map((one) => one ?? 0));
  const definition = asPublished
    ? "mean of figures rounded to 0.01 Gbit/s from the second in which the flow began, as published"
    : "payload the server read per second, over whole seconds of the flow";
  const sample = (metric: string, gbps: number): MetricSample => ({
    ...{ metric, value: gbps * 1e9, unit: "bit/s", definition, better: "higher" },
  });
  return [
    sample("goodput", total),
    ...(flows.length > 1 ? [sample("goodput.slowestFlow", least)] : []),
  ];
}
