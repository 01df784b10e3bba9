import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { impossible } from "../decisions.js";
import { machineFilesStep } from "../kernel-files/machine-files-step.js";
import { checkStepOptions, lifetime } from "../options.js";

const schema = z.strictObject({ enabled: z.enum(["always", "madvise", "never"]), lifetime });

/** Huge pages that programs get without asking. */
export interface TransparentHugePagesStepOptions {
  readonly enabled: "always" | "madvise" | "never";
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** Sets transparent huge pages. Throws OPTIONS_INVALID. */
export function transparentHugePagesStep(options: TransparentHugePagesStepOptions): Step {
  const given = checkStepOptions(schema, options, "transparent huge pages");
  return machineFilesStep({
    id: "memory:transparent-huge-pages",
    title: `set transparent huge pages to ${given.enabled}`,
    lifetime: given.lifetime,
    directory: "/sys/kernel/mm/transparent_hugepage",
    patterns: ["enabled"],
    what: "transparent huge pages",
    missing: impossible("this kernel has no transparent huge pages", "leave this step out"),
    wantedOf: () => given.enabled,
  });
}
