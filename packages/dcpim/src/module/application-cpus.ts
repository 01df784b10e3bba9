import { cpuTopologyOf } from "@hoststack/core";
import { type KnobHost, knobsFor } from "./host-knobs.js";

/**
 * CPUs for applications, in order: those of the NIC's node where the machine tells which, without the matching one,
 * which they have only where there is no other. Without a matching CPU it is that of the machine's knobs.
 */
export function applicationCpus(host: KnobHost, given?: number): readonly number[] {
  const { nic } = host;
  const { cpus: all, nics } = cpuTopologyOf(host.facts);
  const matchingCpu = given ?? knobsFor({}, host).matchingCpu;
  const near = all.filter(({ node }) => nics[nic] === undefined || node === nics[nic]);
  for (const group of [near, all]) {
    const others = group.map(({ cpu }) => cpu).filter((cpu) => cpu !== matchingCpu);
    if (others.length > 0) return others;
  }
  return all.map(({ cpu }) => cpu);
}
