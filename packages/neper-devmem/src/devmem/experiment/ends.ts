import {
  type Answers,
  type CpuFacts,
  cpuFacts,
  cpuTopologyOf,
  type ExperimentContext,
  type Facts,
  placeCpus,
  type RoleView,
} from "@hoststack/core";
import { pairNicsWithGpus, pciAddressOf } from "../discovery/pairs.js";
import { devmemFact } from "../discovery/parser.js";
import { a3High, profileEnds } from "../flow-sets/a3-high.js";
import type { FlowEnd } from "../flow-sets/flow-set.js";
import type { NicPair } from "../flow-sets/plan.js";

/** What hosts are asked where their wiring is not known beforehand. */
export const discoveryFacts = { ...cpuFacts, devmem: devmemFact } as const satisfies Facts;
type DiscoveryFacts = typeof discoveryFacts;

type Links = ExperimentContext<unknown, Facts>["links"];

const namesOf = (links: Links, role: "client" | "server") =>
  links.map((ends) => ({ nic: ends[role].nic, address: ends[role].addresses[0] }));

function paired(servers: readonly FlowEnd[], clients: readonly FlowEnd[]): readonly NicPair[] {
  return servers.flatMap((server, index) => {
    const client = clients[index];
    return client === undefined ? [] : [{ server, client }];
  });
}

/** The GPU of each NIC by its PCI address; those without an index cannot be chosen. */
function gpusOf({ nics, gpus }: Answers<DiscoveryFacts>["devmem"]) {
  const placed = Object.entries(nics).flatMap(([name, { path }]) =>
    path === undefined ? [] : [{ name, path }],
  );
  const candidates = gpus.map(({ pciAddress, path }) => ({ name: pciAddress, path }));
  const pairs = pairNicsWithGpus(placed, candidates);
  return (nic: string) => {
    const address = pairs.find((pair) => pair.nic === nic)?.gpu;
    const gpu = gpus.find(({ pciAddress }) => pciAddress === address);
    if (gpu?.index === undefined) return undefined;
    return { pciAddress: gpu.pciAddress, index: gpu.index };
  };
}

function discoveredEnds(
  { facts }: RoleView<DiscoveryFacts>,
  nics: ReturnType<typeof namesOf>,
  threads: number,
): readonly FlowEnd[] {
  const topology = cpuTopologyOf(facts satisfies Answers<CpuFacts>);
  const requests = nics.map(({ nic }) => ({ name: nic, cores: threads, near: nic }));
  const cpus = placeCpus(topology, requests);
  const gpuOf = gpusOf(facts.devmem);
  return nics.map(({ nic, address }) => {
    const path = facts.devmem.nics[nic]?.path;
    return {
      ...{ nic, address, cpus: cpus[nic] ?? [], gpu: gpuOf(nic) },
      nicPciAddress: path === undefined ? undefined : pciAddressOf(path),
    };
  });
}

/**
 * NICs that are wired together, with PCI addresses, GPUs and CPUs near them as the hosts tell: a physical core for each
 * thread. Throws CAPABILITY_MISSING when a host has too few.
 */
export function discoveredPairs(
  context: Pick<ExperimentContext<unknown, DiscoveryFacts>, "client" | "links" | "server">,
  threads: number,
): readonly NicPair[] {
  const { client, server, links } = context;
  return paired(
    discoveredEnds(server, namesOf(links, "server"), threads),
    discoveredEnds(client, namesOf(links, "client"), threads),
  );
}

/** The same as the profile `a3-high` says, whatever hosts answer. Throws OPTIONS_INVALID for other NICs. */
export function a3HighPairs(links: Links, threads: number): readonly NicPair[] {
  return paired(
    profileEnds(a3High, namesOf(links, "server"), threads),
    profileEnds(a3High, namesOf(links, "client"), threads),
  );
}
