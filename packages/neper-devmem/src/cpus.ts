import {
  type CpuFacts,
  cpuTopologyOf,
  type ExperimentContext,
  placeCpus,
  type RoleView,
} from "@hoststack/core";
import { z } from "zod";

/** Where programs run: which CPUs of their host. */
export const cpuChoice = z.enum(["node", "cores", "any"]);
type CpuChoice = z.infer<typeof cpuChoice>;

/** CPUs of the NUMA nodes of some NICs; none where the machine tells no node of a NIC, or has only one. */
function cpusOfNode(role: RoleView<CpuFacts>, nic: string): readonly number[] {
  const { cpus, nics } = cpuTopologyOf(role.facts);
  const own = cpus.filter(({ node }) => node === nics[nic]);
  return own.length === cpus.length ? [] : own.map(({ cpu }) => cpu);
}

/** A host's programs: one for each NIC, in their order. */
function placesOf(
  role: RoleView<CpuFacts>,
  nics: readonly string[],
  { cpus, threads }: { readonly cpus: CpuChoice; readonly threads: number },
): readonly (readonly number[])[] {
  if (cpus === "any") return nics.map(() => []);
  if (cpus === "node") return nics.map((nic) => cpusOfNode(role, nic));
  const requests = nics.map((near) => ({ name: near, cores: threads, near }));
  const placed = placeCpus(cpuTopologyOf(role.facts), requests);
  return nics.map((nic) => placed[nic] ?? []);
}

/**
 * CPUs of each link's programs at both ends; none stands for all. `node`: those of the NIC's NUMA node; `cores`: a
 * physical core for each thread, of that node where the machine tells one. Throws CAPABILITY_MISSING when a host has
 * too few cores.
 */
export function cpusOfLinks(
  {
    client,
    server,
    links,
  }: Pick<ExperimentContext<unknown, CpuFacts>, "client" | "server" | "links">,
  choice: { readonly cpus: CpuChoice; readonly threads: number },
): {
  readonly client: readonly (readonly number[])[];
  readonly server: readonly (readonly number[])[];
} {
  return {
    client: placesOf(
      client,
      links.map((ends) => ends.client.nic),
      choice,
    ),
    server: placesOf(
      server,
      links.map((ends) => ends.server.nic),
      choice,
    ),
  };
}

/** A command line confined to some CPUs. */
export const onCpus = (cpus: readonly number[], argv: readonly string[]): readonly string[] =>
  cpus.length === 0 ? argv : ["taskset", "-c", cpus.join(","), ...argv];
