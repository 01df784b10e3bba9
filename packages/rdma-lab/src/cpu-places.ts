import {
  type CpuFacts,
  type CpuTopology,
  cpuTopologyOf,
  hoststackError,
  placeCpus,
  type RoleView,
} from "@hoststack/core";

/** Physical cores, all of them or those of one NUMA node. */
function coreCount({ cpus }: CpuTopology, node?: number): number {
  const own = cpus.filter((one) => node === undefined || one.node === node);
  return new Set(own.map(({ socket, core }) => `${socket}:${core}`)).size;
}

/**
 * A CPU of a physical core of its own for each of some processes: cores of the data NIC's NUMA node first, then others;
 * siblings of a core are left idle. Throws CAPABILITY_MISSING when the host has too few cores.
 */
export function cpusForProcesses(role: RoleView<CpuFacts>, count: number): readonly number[] {
  const topology = cpuTopologyOf(role.facts);
  const all = coreCount(topology);
  if (all < count) {
    throw hoststackError(
      "CAPABILITY_MISSING",
      `${role.host} has ${all} physical cores, too few for ${count} processes with a core each`,
      {
        remedy: `choose at most ${all} processes; guests get more by: testbed up --cpus ${count}`,
        details: { host: role.host, cores: all, processes: count },
      },
    );
  }
  const near = Math.min(count, coreCount(topology, topology.nics[role.nic]));
  const requests = [
    { name: "near", cores: near, near: role.nic },
    { name: "far", cores: count - near },
  ] as const;
  const placed = placeCpus(
    topology,
    requests.filter(({ cores }) => cores > 0),
  );
  return [...(placed.near ?? []), ...(placed.far ?? [])];
}
