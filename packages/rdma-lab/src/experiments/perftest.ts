import type { ExperimentContext, Outputs, ProcessSpec } from "@hoststack/core";
import {
  type PerftestOptions,
  perftestClientArgv,
  perftestComplaints,
  perftestReadiness,
  perftestServerArgv,
} from "@hoststack/tools";
import { deadlineMs, iterationsDeadlineMs } from "../deadline.js";
import { type RdmaFacts, rdmaDeviceOf } from "../rdma-links.js";

/** A message size in a title. */
export const sizeOf = (bytes: number): string =>
  bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;

/** The package all perftest programs are in, and the one that lists RDMA devices. */
export const perftestTools = (program: string) => [
  { program, debianPackage: "perftest" },
  { program: "rdma", debianPackage: "iproute2" },
];

/**
 * Retry timer 4.096 µs * 2^20 = 4.3 s: with perftest's own 67 ms an emulated guest that is not
 * scheduled for a moment counts as loss, and SoftRoCE then fails or hangs in the middle of a message.
 */
const qpTimeout = 20;

/** RoCE v2 over IPv4: SoftRoCE has the link-local address at index 0. */
const gidIndex = 1;

/** Server and client of a perftest program, from one set of options. */
export function perftestProcesses(
  chosen: PerftestOptions,
  { client, server, port }: ExperimentContext<unknown, RdmaFacts>,
): ProcessSpec[] {
  const common = { qpTimeout, gidIndex, ...chosen, port };
  const { durationS, iterations } = chosen;
  const limitMs =
    durationS === undefined ? iterationsDeadlineMs(iterations ?? 1000) : deadlineMs(durationS);
  return [
    {
      id: "server",
      host: server.host,
      argv: perftestServerArgv({ ...common, device: rdmaDeviceOf(server) }),
      ready: perftestReadiness(common),
      ends: "itself",
      deadlineMs: limitMs + 30_000,
    },
    {
      id: "client",
      host: client.host,
      argv: perftestClientArgv({ ...common, device: rdmaDeviceOf(client) }, server.address),
      after: ["server"],
      ends: "itself",
      deadlineMs: limitMs,
    },
  ];
}

/** What processes complained about on stderr, where perftest says that it could not time itself. */
export async function complaintsOf(
  outputs: Outputs,
  processes: readonly string[] = ["client", "server"],
): Promise<string[]> {
  const words: string[] = [];
  for (const end of processes) {
    for await (const line of outputs.of(end).stderr.lines()) {
      if (words.length < 20) words.push(...perftestComplaints(line));
    }
  }
  return words;
}
