import type { KernelPatch } from "../../src/kernel/recipe.js";

/** A patch of ours that adds a file to the sources of a kernel and changes a Makefile by these lines. */
export function patchThatAdds(
  file: { readonly path: string; readonly source: string },
  makefile: readonly string[],
): KernelPatch {
  const added = file.source.trimEnd().split("\n");
  const text = [
    "--- /dev/null",
    `+++ b/${file.path}`,
    `@@ -0,0 +1,${added.length} @@`,
    ...added.map((line) => `+${line}`),
    ...makefile,
    "",
  ];
  return { name: "mark", text: text.join("\n") };
}
