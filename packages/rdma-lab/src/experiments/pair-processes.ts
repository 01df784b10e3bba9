import type { CpuFacts, ExperimentContext, ProcessSpec } from "@hoststack/core";
import type { PerftestOptions } from "@hoststack/tools";
import { cpusForProcesses } from "../cpu-places.js";
import type { RdmaFacts } from "../rdma-links.js";
import { perftestProcesses } from "./perftest.js";

/** Each further pair needs its own start in an emulated guest. */
const startOfPairMs = 5_000;

/** The processes of each pair by name. */
export const pairIds = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    client: `client-${index + 1}`,
    server: `server-${index + 1}`,
  }));

/**
 * Pairs of a perftest program, each on a port and a physical core of its own at both ends. No client starts before all
 * servers listen, so that all of them measure at the same time.
 */
export function pairProcesses(
  context: ExperimentContext<{ readonly processes: number }, RdmaFacts & CpuFacts>,
  chosen: PerftestOptions,
): ProcessSpec[] {
  const { client, server, port, options } = context;
  const ids = pairIds(options.processes);
  const cpus = {
    client: cpusForProcesses(client, ids.length),
    server: cpusForProcesses(server, ids.length),
  };
  const moreMs = startOfPairMs * ids.length;
  return ids.flatMap((pair, index) =>
    perftestProcesses(chosen, { ...context, port: port + index }).map((spec) => {
      const end = spec.id === "client" ? "client" : "server";
      return {
        ...spec,
        id: pair[end],
        argv: ["taskset", "-c", String(cpus[end][index]), ...spec.argv],
        ...(end === "client" ? { after: ids.map((one) => one.server) } : {}),
        deadlineMs: spec.deadlineMs + moreMs,
      };
    }),
  );
}
