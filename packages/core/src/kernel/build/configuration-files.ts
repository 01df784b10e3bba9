import { patchFiles } from "./patch-files.js";
import type { ResolvedRecipe } from "./resolve-recipe.js";

/** Files a configuration follows from: what there is to be set, what asks for it, and what targets set. */
const pattern = /(^|\/)Kconfig[^/]*$|^(arch\/[^/]+\/)?Makefile$|^scripts\/|(^|\/)configs\//;

/** The changes of a recipe to its sources that may change what a configuration comes out as. */
export function configurationChanges({
  patches,
  edits,
}: Pick<ResolvedRecipe, "edits" | "patches">): Pick<ResolvedRecipe, "edits" | "patches"> {
  return {
    patches: patches.filter(({ text, strip }) =>
      patchFiles(text, strip).some((file) => pattern.test(file)),
    ),
    edits: edits.filter(({ path }) => pattern.test(path)),
  };
}
