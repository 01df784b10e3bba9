import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { hoststackError } from "../errors/error.js";
import type { KernelRecipe } from "../kernel/recipe.js";
import { recipeIssues } from "../kernel/recipe-issues.js";
import { kernelRecipeSchema } from "../kernel/recipe-schema.js";
import type { FieldSchema, FileForm } from "../testbed/file/file-form.js";
import type { FieldPath, FileIssue } from "../testbed/file/issue.js";
import { shapeIssues } from "../testbed/file/shape-issues.js";
import { toldIssues } from "../testbed/file/told-issues.js";
import type { FileSource } from "../testbed/file/yaml-source.js";

const recipeForm: FileForm = {
  schema: kernelRecipeSchema,
  jsonSchema: () => z.toJSONSchema(kernelRecipeSchema, { io: "input" }) as FieldSchema,
  guide: "docs/kernel-builds.md",
};

async function readSource(path: string): Promise<FileSource> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw hoststackError("KERNEL_RECIPE_INVALID", `${path} cannot be read: ${why}`, {
      cause,
      remedy: "correct the path, which is relative to the current directory",
    });
  });
  const { readYaml } = await import("../testbed/file/yaml-source.js");
  return readYaml(text);
}

/** Paths in the file are relative to it. */
function placed({ source, patches, config, ...rest }: KernelRecipe, directory: string) {
  const absolute = (path: string) =>
    path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(directory, path);
  const recipe: KernelRecipe = {
    ...rest,
    source: "local" in source ? { local: absolute(source.local) } : source,
    config: "file" in config ? { ...config, file: absolute(config.file) } : config,
    ...(patches && {
      patches: patches.map((patch) =>
        "path" in patch ? { ...patch, path: absolute(patch.path) } : patch,
      ),
    }),
  };
  return recipe;
}

/** The files of this computer that a recipe names, by the fields that name them. */
function namedFiles({ source, patches = [], config }: KernelRecipe) {
  const files: { readonly path: FieldPath; readonly file: string }[] = [];
  if ("local" in source) files.push({ path: ["source", "local"], file: source.local });
  for (const [index, patch] of patches.entries()) {
    if ("path" in patch) files.push({ path: ["patches", index, "path"], file: patch.path });
  }
  if ("file" in config) files.push({ path: ["config", "file"], file: config.file });
  return files;
}

async function fileIssues(recipe: KernelRecipe): Promise<FileIssue[]> {
  const fix = "correct the path, which is relative to this file";
  const found = namedFiles(recipe).map(async ({ path, file }): Promise<FileIssue[]> => {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    return isThere ? [] : [{ path, text: `there is no ${file}`, fix }];
  });
  return (await Promise.all(found)).flat();
}

/** What a value is as a recipe, or what is wrong with it. */
async function checkedRecipe(
  value: unknown,
  directory: string,
): Promise<KernelRecipe | readonly FileIssue[]> {
  const shape = shapeIssues(value, recipeForm);
  if (shape.length > 0) return shape;
  const form = kernelRecipeSchema.parse(value);
  const contradictions = recipeIssues(form);
  if (contradictions.length > 0) return contradictions;
  // the issues exclude every form that is no recipe
  const recipe = placed(form as KernelRecipe, directory);
  const missing = await fileIssues(recipe);
  return missing.length > 0 ? missing : recipe;
}

/**
 * Reads and checks the recipe of a kernel (YAML). Throws KERNEL_RECIPE_INVALID with everything that is wrong,
 * each with its line and field, and what to do.
 */
export async function readKernelRecipe(path: string): Promise<KernelRecipe> {
  const source = await readSource(path);
  const checked =
    source.syntax.length > 0 ? source.syntax : await checkedRecipe(source.value, dirname(path));
  if (!Array.isArray(checked)) return checked as KernelRecipe;
  const told = toldIssues(source, path, checked);
  throw hoststackError("KERNEL_RECIPE_INVALID", `the kernel recipe has ${told.text}`, {
    details: { file: path, issues: told.issues },
  });
}
