import { cpuTopologyOf, hoststackError, type RoleView } from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { knobsFor } from "../module/host-knobs.js";

/**
 * CPUs for applications, in order: those of the NIC's node where the machine tells which, without the matching one,
 * which they have only where there is no other. Without a matching CPU it is that of the machine's knobs.
 */
export function applicationCpus(
  { facts }: Pick<RoleView<HostFacts>, "facts">,
  nic: string,
  given: number | undefined,
): readonly number[] {
  const { cpus: all, nics } = cpuTopologyOf(facts);
  const matchingCpu = given ?? knobsFor({}, { nic, facts }).matchingCpu;
  const near = all.filter(({ node }) => nics[nic] === undefined || node === nics[nic]);
  for (const group of [near, all]) {
    const others = group.map(({ cpu }) => cpu).filter((cpu) => cpu !== matchingCpu);
    if (others.length > 0) return others;
  }
  return all.map(({ cpu }) => cpu);
}

/** CPU of the n-th application, from 0: one after the other. */
function applicationCpu(view: RoleView<HostFacts>, index: number, matchingCpu?: number): number {
  const cpus = applicationCpus(view, view.nic, matchingCpu);
  return cpus[index % cpus.length] ?? 0;
}

/** The words that keep the n-th application on its CPU, from before it opens a socket: dcPIM works where that was. */
export const pinnedTo = (view: RoleView<HostFacts>, index: number, matchingCpu?: number) =>
  ["taskset", "-c", String(applicationCpu(view, index, matchingCpu))] as const;

/** A program that was built; throws SETUP_MISSING. */
export function program({ facts, host }: RoleView<HostFacts>, name: string): string {
  const path = facts.programs[name];
  if (path !== undefined) return path;
  throw hoststackError("SETUP_MISSING", `${host} has no ${name} of dcPIM`, {
    remedy: "run it by its command line, which builds it",
  });
}

/** Upstream's programs wait before they tell anything, and end late on a busy machine. */
export const slackMs = 60_000;
