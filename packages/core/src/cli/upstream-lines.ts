import { hoststackError } from "../errors/error.js";
import type { Variant } from "../experiment/variant.js";
import type { RunRecord } from "../result/record.js";
import type { System } from "../system/system.js";

/** Throws OPTIONS_INVALID for an experiment whose figures no program of the system prints. */
export function checkUpstreamLines(variants: readonly Pick<Variant, "experiment">[]): void {
  const other = variants.find(({ experiment }) => experiment.upstreamLines === undefined);
  if (other === undefined) return;
  const text = `--upstream-lines: ${other.experiment.name} stands for no script that prints its figures`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "leave it out, or choose --json",
    details: { field: "upstreamLines" },
  });
}

/** Figures of all trials of a run as the system's own scripts print them, trial after trial. */
export function upstreamLines(system: System, { trials, variants, testbed }: RunRecord): string[] {
  return trials.flatMap((trial) => {
    const name = variants.find(({ id }) => id === trial.variant)?.experiment ?? "";
    return system.experiments[name]?.upstreamLines?.(trial, testbed.links) ?? [];
  });
}
