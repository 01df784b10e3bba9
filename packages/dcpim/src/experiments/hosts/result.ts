import { type CheckContext, grown, type Reason } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import type { RedirectedIperf3 } from "../../outputs/redirected-iperf3.js";
import { invalid, tcpFindings } from "../findings.js";
import { fairnessOf } from "../incast-result.js";
import { sumOfAll } from "../long-flow-result.js";
import { iperf3Findings } from "../redirected-iperf3.js";
import { goodputSample } from "../samples.js";
import type { HostFlow } from "./flow-plan.js";
import type { HostFlowOptions } from "./options.js";

/** What one flow between two hosts got through. */
interface MeasuredFlow extends HostFlow, RedirectedIperf3 {
  /** Undefined where the server received nothing. */
  readonly throughputGbps: number | undefined;
}

/** What one server received from all of its clients. */
interface ServerThroughput {
  /** Place among the servers, from 0. */
  readonly server: number;
  /** Sum of its flows; absent where one of them carried nothing. */
  readonly throughputGbps?: number;
}

/** What flows between several hosts came to. */
export interface HostFlowResult {
  readonly flows: readonly MeasuredFlow[];
  readonly servers: readonly ServerThroughput[];
  /** Sum of all flows; absent where one of them carried nothing. */
  readonly throughputGbps?: number;
}

const total = (rates: readonly (number | undefined)[]) => {
  const sum = sumOfAll(rates);
  return sum === undefined ? {} : { throughputGbps: sum };
};

/** Puts the outputs of all clients together. */
export function hostFlowResult(outputs: readonly (HostFlow & RedirectedIperf3)[]): HostFlowResult {
  const flows = outputs.map((one): MeasuredFlow => {
    const { received } = one.report;
    const carried = received !== undefined && received.bytes > 0;
    return { ...one, throughputGbps: carried ? received.bitsPerS / 1e9 : undefined };
  });
  const rates = flows.map((one) => one.throughputGbps);
  const servers = [...new Set(flows.map(({ server }) => server))].sort((a, b) => a - b);
  return {
    flows,
    servers: servers.map((server) => {
      const own = flows.filter((one) => one.server === server);
      return { server, ...total(own.map((one) => one.throughputGbps)) };
    }),
    ...total(rates),
  };
}

/** Shortest share of the asked time in which all flows were there together. */
const leastShare = 0.5;

type Seen = Pick<
  CheckContext<HostFlowOptions, HostFlowResult>,
  "clients" | "counters" | "options" | "result" | "servers" | "windowS"
>;

/** Headers only add to a payload: a server's data NIC that received less did not carry all of it. */
function payloadFindings({ counters, servers, result }: Seen): Reason[] {
  return servers.flatMap(({ host, nic }, index) => {
    const own = result.flows.filter(({ server }) => server === index);
    const payload = own.reduce((sum, { report }) => sum + (report.received?.bytes ?? 0), 0);
    const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
    if (crossed >= payload) return [];
    const text = `${nic} of ${host} received ${crossed} bytes, but ${payload} bytes of payload are reported`;
    return [invalid("flow.missing", text)];
  });
}

/** Flows that carried nothing or something else, by their hosts, and what makes the others no sum. */
export function hostFlowFindings(seen: Seen): Reason[] {
  const { clients, servers, options, result, windowS = 0 } = seen;
  const { protocol, durationS } = options;
  const own = result.flows.flatMap((one) => {
    const [from, to] = [clients[one.client]?.host, servers[one.server]?.host];
    const told = `flow ${one.flow} from ${from} to ${to}`;
    return iperf3Findings(one, protocol).map((found) => ({
      ...found,
      text: `${told}: ${found.text}`,
    }));
  });
  const short = `all flows were there together for ${windowS.toFixed(1)} s of ${durationS} (threshold ${leastShare})`;
  return [
    ...own,
    ...(windowS >= durationS * leastShare ? [] : [invalid("flow.short", short)]),
    ...payloadFindings(seen),
    ...tcpFindings(seen, protocol),
  ];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

/** The sum of all flows, where each has a figure; servers beside each other; the slowest flow, and how even all are. */
export function hostFlowSamples({
  flows,
  servers,
  throughputGbps: sum,
}: HostFlowResult): MetricSample[] {
  if (sum === undefined) return [];
  const rates = flows.map((one) => one.throughputGbps ?? 0);
  const hosts = servers.map((one) => one.throughputGbps ?? 0);
  const definition = "payload iperf3's servers received per second, over each flow's own test time";
  const sample = (gbps: number, metric?: string) => goodputSample(gbps * 1e9, definition, metric);
  return [
    sample(sum),
    sample(Math.min(...hosts), "goodput.slowestServer"),
    sample(mean(hosts), "goodput.meanServer"),
    sample(Math.max(...hosts), "goodput.fastestServer"),
    sample(Math.min(...rates), "goodput.slowestFlow"),
    {
      ...{ metric: "fairness", value: fairnessOf(rates) },
      ...{ definition: "Jain's index of the flows' rates", unit: "ratio", better: "higher" },
    },
  ];
}
