import { builtFact, builtModulesFact, type CpuTopology, type Facts } from "@hoststack/core";
import { defineParser, lscpuTopologyParser } from "@hoststack/tools";
import { z } from "zod";
import { moduleName } from "./module/build.js";
import { redirectLibrary, testPrograms } from "./programs.js";

/** Prints `NIC MTU NODE` of each; a virtio card's node is that of the device below it. */
const nicsScript = `
for nic in /sys/class/net/*; do
  read -r mtu <"$nic/mtu" || continue
  node=$(cat "$nic/device/numa_node" 2>/dev/null || cat "$nic/device/../numa_node" 2>/dev/null) || node=-1
  printf '%s %s %s\\n' "\${nic##*/}" "$mtu" "$node"
done
`;

const nic = z.strictObject({ mtuBytes: z.int().positive(), node: z.int().min(-1) });

const nicsParser = defineParser<Record<string, z.infer<typeof nic>>>({
  name: "nics",
  version: 1,
  schema: z.record(z.string(), nic),
  reader: () => {
    const nics: Record<string, { mtuBytes: number; node: number }> = {};
    return {
      line(text) {
        const [name, mtu, node, ...rest] = text.split(" ");
        if (name === undefined || node === undefined || rest.length > 0) return;
        nics[name] = { mtuBytes: Number(mtu), node: Number(node) };
      },
      end: () => nics,
    };
  },
});

/** What experiments ask of each host: its CPUs and cards, and where what was built for it lies. */
export const hostFacts = {
  cpus: {
    name: "cpu-topology",
    argv: ["env", "LC_ALL=C", "lscpu", "-p=CPU,CORE,SOCKET,NODE,ONLINE"],
    parser: lscpuTopologyParser,
  },
  nics: { name: "nics", argv: ["sh", "-c", nicsScript], parser: nicsParser },
  programs: builtFact(testPrograms),
  library: builtFact(redirectLibrary),
  modules: builtModulesFact(moduleName),
} as const satisfies Facts;

/** Facts as answered: see `hostFacts`. */
export type HostFacts = typeof hostFacts;

/** A host's CPUs that are online, and the node of one of its cards. */
export function topologyOf(
  facts: {
    readonly cpus: ReturnType<typeof lscpuTopologyParser.parse>;
    readonly nics: Record<string, { readonly node: number }>;
  },
  nicName: string,
): CpuTopology {
  const node = facts.nics[nicName]?.node ?? -1;
  const online = facts.cpus.cpus.filter((one) => one.online);
  return {
    cpus: online.map(({ cpu, core, socket, node: own = 0 }) => ({ cpu, core, socket, node: own })),
    nics: { [nicName]: node < 0 ? undefined : node },
  };
}
