import type { TrialRecord } from "@hoststack/core";
import type { CoresInUse } from "./sar.js";

/** Cores of one machine in use while something was measured. */
export interface MachineCores extends CoresInUse {
  readonly machine: string;
  readonly hosts: readonly string[];
}

/**
 * Cores in use in a trial's measuring window, by machine, with that of the matching work apart: everything but idling,
 * interrupts included, as the record has it for each CPU. Undefined where the trial has no such figures.
 */
export function measuredCores(
  { cpu }: Pick<TrialRecord, "cpu">,
  matchingCpu: number,
): readonly MachineCores[] | undefined {
  if ("unavailable" in cpu) return undefined;
  return cpu.map(({ machine, hosts, busyCpus, cores }) => {
    const matching = cores.find((one) => one.cpu === `cpu${matchingCpu}`);
    const matchingCores =
      matching === undefined
        ? 0
        : [matching.user, matching.system, matching.irq, matching.softirq, matching.steal].reduce(
            (sum, share) => sum + share,
            0,
          );
    return { machine, hosts, cores: Math.max(0, busyCpus - matchingCores), matchingCores };
  });
}
