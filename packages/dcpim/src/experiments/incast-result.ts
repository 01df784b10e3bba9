import type { Reason } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import type { ClientLog } from "../outputs/client-log.js";
import { type ServerLog, steadyFlows, steadyThroughput } from "../outputs/server-log.js";
import { invalid, suspect } from "./findings.js";
import { sumOfAll } from "./long-flow-result.js";
import { complaintFindings } from "./message-findings.js";
import { goodputSample } from "./samples.js";

/** What one sender of an incast got through while all were there. */
interface IncastFlow {
  /** The client's port, by which the server tells connections apart. */
  readonly port: number;
  /** Undefined where nothing of it arrived in that time. */
  readonly throughputGbps: number | undefined;
}

/** What an incast came to. */
export interface IncastResult {
  /** Connections, in the order of their ports. */
  readonly flows: readonly IncastFlow[];
  readonly server: ServerLog;
  /** In the order of their ports as well. */
  readonly clients: readonly ClientLog[];
  /** Sum of all; absent where a client was not connected or a flow carried nothing. @default absent */
  readonly throughputGbps?: number;
  /** Jain's index of the flows' rates; absent as the sum. @default absent */
  readonly fairness?: number;
}

/** The figure of each connection over the seconds in which all were there. */
function incastFlows(server: ServerLog): IncastFlow[] {
  const seconds = steadyThroughput(server)?.seconds ?? 0;
  const flows = [...steadyFlows(server)].map(([port, bytes]) => {
    const carried = seconds > 0 && bytes > 0;
    return { port, throughputGbps: carried ? (bytes * 8) / seconds / 1e9 : undefined };
  });
  return flows.sort((a, b) => a.port - b.port);
}

/**
 * Jain's index of rates: 1 where all are equal, 1/n where one has everything.
 * Source: Jain, Chiu, Hawe, DEC-TR-301 (1984).
 */
export function fairnessOf(rates: readonly number[]): number {
  const sum = rates.reduce((all, one) => all + one, 0);
  const squares = rates.reduce((all, one) => all + one * one, 0);
  return (sum * sum) / (rates.length * squares);
}

/** Puts the logs of an incast of some clients together. */
export function incastResult(server: ServerLog, clients: readonly ClientLog[]): IncastResult {
  const flows = incastFlows(server);
  const rates = flows.map(({ throughputGbps }) => throughputGbps);
  const total = flows.length === clients.length ? sumOfAll(rates) : undefined;
  return {
    ...{ flows, server, clients },
    ...(total === undefined
      ? {}
      : { throughputGbps: total, fairness: fairnessOf(rates.map((one) => one ?? 0)) }),
  };
}

/** Shortest share of the asked time in which all flows were there together. */
const leastShare = 0.4;

/** Seconds in which nothing of any flow arrived. */
function stallFindings({ intervals }: ServerLog): Reason[] {
  const full = intervals.filter(({ phase }) => phase === "full");
  const stalled = full.filter(({ bytes }) => bytes === 0).length;
  if (stalled === 0) return [];
  return [suspect("flow.stalled", `nothing arrived in ${stalled} of ${full.length} s`)];
}

/** Flows that carried nothing, and what makes the others no incast of all of them. */
export function incastFindings(
  { server, clients, flows }: IncastResult,
  durationS: number,
): Reason[] {
  const said: Record<string, readonly string[]> = { server: server.complaints };
  for (const [index, { failures }] of clients.entries()) said[`client ${index}`] = failures;
  const empty = flows.filter(({ throughputGbps }) => throughputGbps === undefined);
  const together = steadyThroughput(server)?.seconds ?? 0;
  const connected = `${server.connections} connections were made of ${clients.length} clients`;
  const short = `all flows were there together for ${together.toFixed(1)} s of ${durationS} (threshold ${leastShare})`;
  return [
    ...complaintFindings(said),
    ...(server.connections === clients.length ? [] : [invalid("flow.missing", connected)]),
    ...empty.map(({ port }) =>
      invalid("flow.empty", `the flow from port ${port} carried nothing while all were there`),
    ),
    ...(together >= durationS * leastShare ? [] : [invalid("flow.short", short)]),
    ...stallFindings(server),
  ];
}

/** The sum of all flows, where each has a figure; the least of them; and how even they are. */
export function incastSamples({ flows, throughputGbps, fairness }: IncastResult): MetricSample[] {
  if (throughputGbps === undefined || fairness === undefined) return [];
  const least = Math.min(...flows.map((one) => one.throughputGbps ?? 0));
  const definition =
    "payload the server read per second, over seconds in which all flows were there";
  return [
    goodputSample(throughputGbps * 1e9, definition),
    goodputSample(least * 1e9, definition, "goodput.slowestFlow"),
    {
      ...{ metric: "fairness", value: fairness, definition: "Jain's index of the flows' rates" },
      ...({ unit: "ratio", better: "higher" } as const),
    },
  ];
}
