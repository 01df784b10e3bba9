import type { ToolNeed } from "./experiment.js";
import type { Variant } from "./variant.js";

/** What the runner and the sampler themselves run on every host. */
export const ownTools: readonly ToolNeed[] = [
  { program: "stdbuf", debianPackage: "coreutils" },
  { program: "grep", debianPackage: "grep" },
];

/** Every program that hosts need for some variants, once. */
export function neededTools(variants: readonly Variant[]): readonly ToolNeed[] {
  const needs = [...ownTools, ...variants.flatMap(({ experiment }) => experiment.tools)];
  return [...new Map(needs.map((tool) => [tool.program, tool])).values()];
}
