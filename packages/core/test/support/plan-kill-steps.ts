import type { Step } from "../../src/plan/step.js";
import { toyFile } from "./plan-steps.js";

/** Six kept and six scoped steps in turns; each writes its file in parts, so that kills fall in between. */
export function planSteps(root: string): Step[] {
  return Array.from({ length: 12 }, (_, index) =>
    toyFile({
      path: `${root}/tree/file-${index}`,
      content: `first of ${index}\nit's "second"\nthird\n`,
      lifetime: index % 2 === 0 ? "kept" : "scoped",
      survives: index % 4 < 2 ? "reboot" : "boot",
      partSeconds: 0.01,
    }),
  );
}
