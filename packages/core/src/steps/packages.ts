import { z } from "zod";
import type { Step } from "../plan/step.js";
import { checkStepOptions, stepId } from "./options.js";
import { decidePackages } from "./packages/decide-packages.js";
import { packageName } from "./packages/package-name.js";
import { brokenScript, simulateScript, versionsScript } from "./packages/scripts.js";
import { script } from "./script.js";

const schema = z.strictObject({
  packages: z
    .array(packageName)
    .min(1)
    .transform((names) => [...new Set(names)].sort()),
  after: stepId.optional(),
});

/** Packages of the host's distribution. */
export interface PackagesStepOptions {
  /** Names as dpkg lists them, of the host's own architecture. */
  readonly packages: readonly string[];
  /** The step that makes them available, e.g. by a file with an apt source. */
  readonly after?: string;
}

/**
 * Has packages installed through the host's own apt, without recommended ones. What would be added, in
 * which versions, is known before; an installation that would upgrade or remove anything is refused.
 * Undone, exactly the added packages are purged, unless something installed since needs them. Throws
 * OPTIONS_INVALID.
 */
export function packagesStep(options: PackagesStepOptions): Step {
  const { packages, after } = checkStepOptions(
    schema,
    { ...options, packages: [...options.packages] },
    "packages",
  );
  return {
    id: `packages:${packages.join(",")}`,
    title: `install ${packages.join(", ")}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    // Half an installation is apt's, started by us, and undo takes it from there.
    partial: "ours",
    check: script(versionsScript, ...packages),
    probes: [script(simulateScript, ...packages), script(brokenScript)],
    decide: (seen, answers) => decidePackages({ packages, after }, seen, answers),
  };
}
