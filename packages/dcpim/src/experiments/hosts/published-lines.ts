import type { TrialRecord } from "@hoststack/core";
import type { HostFlowResult } from "./result.js";

type Trial = Pick<TrialRecord, "processes" | "result" | "verdict"> &
  Partial<Pick<TrialRecord, "cpu">>;

const spread = (values: readonly number[]): readonly number[] => [
  Math.min(...values),
  values.reduce((sum, one) => sum + one, 0) / values.length,
  Math.max(...values),
];

/** Busy CPUs of the machines whose hosts ran no other processes than these; undefined where a machine ran others too. */
function coresOf(
  { cpu, processes }: Trial,
  kind: "client" | "server",
): readonly number[] | undefined {
  if (cpu === undefined || "unavailable" in cpu) return undefined;
  const ran = ({ id }: { readonly id: string }) => id.endsWith(`-${kind}`);
  const of = (own: boolean) =>
    new Set(processes.filter((one) => ran(one) === own).map(({ host }) => host));
  const [hosts, others] = [of(true), of(false)];
  const machines = cpu.filter((one) => one.hosts.some((host) => hosts.has(host)));
  if (machines.some((one) => one.hosts.some((host) => others.has(host)))) return undefined;
  return machines.map(({ busyCpus }) => busyCpus);
}

/**
 * Figures as upstream's `dump_all_iperf3.py` prints them: Gbit/s of each server, then flows of a pair and minimum, mean
 * and maximum of servers, of clients' busy CPUs and of servers'. Its column of the matching CPU is left out: it reads
 * that of another one.
 */
export function publishedLines(trial: Trial): readonly string[] {
  const { flows, servers } = trial.result as HostFlowResult;
  const rates = servers.flatMap(({ throughputGbps }) => throughputGbps ?? []);
  if (rates.length < servers.length || trial.verdict.state === "invalid") return [];
  const perPair = 1 + Math.max(...flows.map(({ flow }) => flow));
  const cores = (["client", "server"] as const).map((kind) => coresOf(trial, kind));
  const known = cores.flatMap((one) => (one === undefined ? [] : spread(one)));
  const columns = cores.includes(undefined) ? [] : known;
  return [`[${rates.join(", ")}]`, [perPair, ...spread(rates), ...columns].join(" ")];
}
