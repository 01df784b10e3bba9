import { hoststackError } from "../errors/error.js";
import type { KernelRecipe } from "./recipe.js";
import { type RecipeIssue, recipeIssues } from "./recipe-issues.js";
import { kernelRecipeSchema } from "./recipe-schema.js";

/** Checks a recipe given as a value. Throws KERNEL_RECIPE_INVALID with everything that is wrong. */
export function checkKernelRecipe(value: unknown): KernelRecipe {
  const form = kernelRecipeSchema.safeParse(value);
  const issues: readonly RecipeIssue[] = form.success
    ? recipeIssues(form.data)
    : form.error.issues.map(({ path, message }) => ({
        path: path as (string | number)[],
        text: message,
        fix: "see docs/kernel-builds.md",
      }));
  // the issues exclude every form that is no recipe
  if (form.success && issues.length === 0) return form.data as KernelRecipe;
  const lines = issues.map(({ path, text, fix }) => `${path.join(".")}: ${text}; ${fix}`);
  throw hoststackError("KERNEL_RECIPE_INVALID", `the kernel recipe is wrong: ${lines.join("\n")}`, {
    remedy: "correct the fields named",
    details: { issues },
  });
}
