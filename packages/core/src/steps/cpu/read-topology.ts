import { lscpuTopologyParser } from "@hoststack/tools";
import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { script } from "../script.js";
import type { CpuTopology } from "./place-cpus.js";

const lscpu: Command = {
  argv: ["lscpu", "-p=CPU,CORE,SOCKET,NODE,ONLINE"],
  env: { LC_ALL: "C" },
};

/** A virtio card's node is its PCI device's. Virtual NICs have none, and the kernel tells none as -1. */
const nodeScript = `
[ -e "/sys/class/net/$1" ] || { echo "there is no NIC $1" >&2; exit 1; }
cat "/sys/class/net/$1/device/numa_node" 2>/dev/null ||
  cat "/sys/class/net/$1/device/../numa_node" 2>/dev/null || echo -1
`;

/**
 * Asks a host for its CPUs and the NUMA nodes of NICs, in one round trip. Throws TOOL_MISSING without
 * lscpu, OPTIONS_INVALID for a NIC that is not there, and what `Host.batch` throws.
 */
export async function readCpuTopology(
  host: Host,
  nics: readonly string[] = [],
): Promise<CpuTopology> {
  const [cpus, ...nodes] = await host.batch([lscpu, ...nics.map((nic) => script(nodeScript, nic))]);
  if (cpus?.exitCode !== 0) {
    throw hoststackError("TOOL_MISSING", `${host.name} has no lscpu that tells its CPUs`, {
      remedy: "install the package util-linux",
      details: { host: host.name, stderr: cpus?.stderr },
    });
  }
  const entries = nics.map((nic, index): [string, number | undefined] => {
    const answer = nodes[index];
    if (answer?.exitCode !== 0) {
      throw hoststackError("OPTIONS_INVALID", `${host.name}: there is no NIC ${nic}`);
    }
    const node = Number(answer.stdout);
    return [nic, node < 0 ? undefined : node];
  });
  const online = lscpuTopologyParser.parse(cpus.stdout).cpus.filter((one) => one.online);
  return {
    cpus: online.map(({ cpu, core, socket, node = 0 }) => ({ cpu, core, socket, node })),
    nics: Object.fromEntries(entries),
  };
}
