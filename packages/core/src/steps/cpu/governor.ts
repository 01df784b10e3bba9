import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { impossible } from "../decisions.js";
import { machineFilesStep } from "../kernel-files/machine-files-step.js";
import { checkStepOptions, lifetime } from "../options.js";

const schema = z.strictObject({
  governor: z.string().regex(/^[a-z_]+$/, "must be a governor's name"),
  lifetime,
});

/** How CPUs choose their clock. */
export interface CpuGovernorStepOptions {
  /** `performance`, `powersave`, `schedutil` ... */
  readonly governor: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** Sets the frequency governor of all CPUs that are online. Throws OPTIONS_INVALID. */
export function cpuGovernorStep(options: CpuGovernorStepOptions): Step {
  const { governor, lifetime: life } = checkStepOptions(schema, options, "CPU governor");
  return machineFilesStep({
    id: "cpu:governor",
    title: `set the frequency governor of all CPUs to ${governor}`,
    lifetime: life,
    directory: "/sys/devices/system/cpu",
    patterns: ["cpu[0-9]*/cpufreq/scaling_governor"],
    what: "the frequency governor",
    missing: impossible(
      "the CPUs show no frequency governor: a guest, or clocks that the firmware chooses",
      "set performance in the firmware, or leave this step out",
    ),
    wantedOf: () => governor,
  });
}
