import { hoststackError, type RoleView } from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { applicationCpus } from "../module/application-cpus.js";

/** CPU of the n-th application, from 0: one after the other. */
function applicationCpu(view: RoleView<HostFacts>, index: number, matchingCpu?: number): number {
  const cpus = applicationCpus(view, matchingCpu);
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
