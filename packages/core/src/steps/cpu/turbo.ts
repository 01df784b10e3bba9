import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { impossible } from "../decisions.js";
import { machineFilesStep } from "../kernel-files/machine-files-step.js";
import { checkStepOptions, lifetime } from "../options.js";

const schema = z.strictObject({ on: z.boolean(), lifetime });

/** Clocks above the nominal one. */
export interface CpuTurboStepOptions {
  readonly on: boolean;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** Switches turbo clocks on or off. Throws OPTIONS_INVALID. */
export function cpuTurboStep(options: CpuTurboStepOptions): Step {
  const { on, lifetime: life } = checkStepOptions(schema, options, "CPU turbo");
  return machineFilesStep({
    id: "cpu:turbo",
    title: `switch turbo clocks ${on ? "on" : "off"}`,
    lifetime: life,
    directory: "/sys/devices/system/cpu",
    patterns: ["intel_pstate/no_turbo", "cpufreq/boost"],
    what: "turbo clocks",
    missing: impossible(
      "the machine shows no switch for turbo clocks: a guest, or one in the firmware only",
      "set it in the firmware, or leave this step out",
    ),
    // One says what is off, the other what is on.
    wantedOf: (path) => (on === path.endsWith("boost") ? "1" : "0"),
  });
}
