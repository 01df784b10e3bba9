import type { ExperimentContext, ProcessSpec } from "@hoststack/core";
import {
  type PerftestOptions,
  perftestClientArgv,
  perftestReadiness,
  perftestServerArgv,
} from "@hoststack/tools";
import { deadlineMs } from "../deadline.js";
import { type RdmaFacts, rdmaDeviceOf } from "../rdma-links.js";

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
  const limitMs = deadlineMs(chosen.durationS ?? 20);
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
