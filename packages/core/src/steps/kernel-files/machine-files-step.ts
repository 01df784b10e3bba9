import type { Step } from "../../plan/step.js";
import { noAnswer, notBefore } from "../decisions.js";
import { type KernelFiles, kernelFiles } from "./kernel-files.js";

/** A step about values of the whole machine. */
export interface MachineFiles extends KernelFiles {
  readonly id: string;
  readonly title: string;
  readonly lifetime: "kept" | "scoped";
  readonly after?: string | undefined;
}

/** Makes the step. */
export function machineFilesStep(files: MachineFiles): Step {
  const { id, title, lifetime, after, what } = files;
  const parts = kernelFiles(files);
  return {
    id,
    title,
    scope: "machine",
    lifetime,
    survives: "boot",
    check: parts.check,
    probes: [parts.probe],
    decide: (seen, [writable]) => {
      if (seen.exitCode !== 0) return noAnswer(what, seen);
      const decision = parts.decide(seen.stdout, writable);
      return decision.state === "impossible" ? notBefore(after, decision) : decision;
    },
  };
}
