import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { PatternEdit } from "../../steps/pattern-edit/edit-text.js";
import type { KernelRecipe, KernelSource, KernelSymbolValue } from "../recipe.js";

/** A patch with its text. */
export interface ResolvedPatch {
  readonly name: string;
  readonly text: string;
  readonly strip: number;
  readonly fuzz: number;
}

/** What a configuration starts from. */
export type ConfigBase =
  | { readonly kind: "guest" | "running" }
  | { readonly kind: "target"; readonly target: string }
  | { readonly kind: "file"; readonly content: string };

/** A recipe with all defaults filled in and the controller's files read. */
export interface ResolvedRecipe {
  readonly source: KernelSource;
  readonly patches: readonly ResolvedPatch[];
  readonly edits: readonly { readonly path: string; readonly edits: readonly PatternEdit[] }[];
  readonly base: ConfigBase;
  readonly set: Readonly<Record<string, KernelSymbolValue>>;
  readonly compiler: string;
}

async function fileText(field: string, path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw hoststackError("KERNEL_RECIPE_INVALID", `${field}: ${path}: ${why}`, {
      cause,
      remedy: "correct the path",
      details: { field, path },
    });
  });
}

async function resolvedPatches(patches: KernelRecipe["patches"] = []): Promise<ResolvedPatch[]> {
  const reading = patches.map(async (patch, index) => {
    const { strip = 1, fuzz = 0 } = patch;
    if ("text" in patch && patch.text !== undefined) {
      return { name: patch.name, text: patch.text, strip, fuzz };
    }
    const { path } = patch as { readonly path: string };
    const text = await fileText(`patches[${index}].path`, path);
    return { name: basename(path), text, strip, fuzz };
  });
  return await Promise.all(reading);
}

async function resolvedBase(config: KernelRecipe["config"]): Promise<ConfigBase> {
  if ("file" in config && config.file !== undefined) {
    return { kind: "file", content: await fileText("config.file", config.file) };
  }
  const { base } = config as { readonly base: string };
  if (base === "guest" || base === "running") return { kind: base };
  return { kind: "target", target: base };
}

/** Reads what a checked recipe names. Throws KERNEL_RECIPE_INVALID for a file that cannot be read. */
export async function resolveRecipe(recipe: KernelRecipe): Promise<ResolvedRecipe> {
  return {
    source: recipe.source,
    patches: await resolvedPatches(recipe.patches),
    edits: (recipe.edits ?? []).map(({ path, edits }) => ({
      path,
      edits: edits.map(({ pattern, replacement, count = 1 }) => ({ pattern, replacement, count })),
    })),
    base: await resolvedBase(recipe.config),
    set: recipe.config.set ?? {},
    compiler: recipe.compiler ?? "gcc",
  };
}
