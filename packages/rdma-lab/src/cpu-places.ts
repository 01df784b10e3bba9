import {
  type CpuTopology,
  type Facts,
  hoststackError,
  placeCpus,
  type RoleView,
} from "@hoststack/core";
import { defineParser, lscpuTopologyParser } from "@hoststack/tools";
import { z } from "zod";

/** Prints each NIC with the NUMA node of its device; a virtio card's is that of the device below it. */
const nicNodesScript = `
for nic in /sys/class/net/*; do
  node=$(cat "$nic/device/numa_node" 2>/dev/null || cat "$nic/device/../numa_node" 2>/dev/null) || node=-1
  printf '%s %s\\n' "\${nic##*/}" "$node"
done
`;

/** NUMA node by NIC; -1 where the machine tells none. */
export const nicNodesParser = defineParser<Record<string, number>>({
  name: "nic-nodes",
  version: 1,
  schema: z.record(z.string(), z.int().min(-1)),
  reader: () => {
    const nodes: Record<string, number> = {};
    return {
      line(text) {
        const [nic, node, ...rest] = text.split(" ");
        if (nic === undefined || node === undefined || rest.length > 0) return;
        nodes[nic] = Number(node);
      },
      end: () => nodes,
    };
  },
});

/** What pinning asks each host: its CPUs, and on which NUMA node its NICs are. */
export const cpuFacts = {
  cpuTopology: {
    name: "cpu-topology",
    argv: ["env", "LC_ALL=C", "lscpu", "-p=CPU,CORE,SOCKET,NODE,ONLINE"],
    parser: lscpuTopologyParser,
  },
  nicNodes: { name: "nic-nodes", argv: ["sh", "-c", nicNodesScript], parser: nicNodesParser },
} as const satisfies Facts;

/** Facts as answered: see `cpuFacts`. */
export type CpuFacts = typeof cpuFacts;

function topologyOf({ facts, nic }: RoleView<CpuFacts>): CpuTopology {
  const node = facts.nicNodes[nic] ?? -1;
  const online = facts.cpuTopology.cpus.filter((one) => one.online);
  return {
    cpus: online.map(({ cpu, core, socket, node: own = 0 }) => ({ cpu, core, socket, node: own })),
    nics: { [nic]: node < 0 ? undefined : node },
  };
}

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
  const topology = topologyOf(role);
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
