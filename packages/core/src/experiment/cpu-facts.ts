import { defineParser, lscpuTopologyParser } from "@hoststack/tools";
import { z } from "zod";
import type { Answers, Facts } from "../facts/fact.js";
import type { CpuTopology } from "../steps/cpu/place-cpus.js";

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

/** Answers to `cpuFacts`. */
export type CpuFacts = typeof cpuFacts;

/** CPUs that are online, and the NUMA node of each NIC, as `placeCpus` takes them. */
export function cpuTopologyOf({ cpuTopology, nicNodes }: Answers<CpuFacts>): CpuTopology {
  const online = cpuTopology.cpus.filter((one) => one.online);
  return {
    cpus: online.map(({ cpu, core, socket, node: own = 0 }) => ({ cpu, core, socket, node: own })),
    nics: Object.fromEntries(
      Object.entries(nicNodes).map(([nic, node]) => [nic, node < 0 ? undefined : node]),
    ),
  };
}
