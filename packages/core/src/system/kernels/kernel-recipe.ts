import { readFile, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { openThisMachine } from "../../doctor/examine.js";
import { hoststackError } from "../../errors/error.js";
import type { KernelRecipe, KernelSource } from "../../kernel/recipe.js";
import { defaultCacheDirectory } from "../../packages/cache-directory.js";
import { buildingPrefix, ownedDirectory } from "../../packages/owned-directory.js";
import { gitCheckoutStep } from "../../steps/git-checkout.js";
import { doSteps } from "../builds/do-steps.js";
import type { RepositoryPatch, SystemKernel } from "./system-kernel.js";

/** What a user decides about a kernel of a system. */
export interface KernelChoices {
  /** A tree or an archive of the sources on this machine; in place of a download. */
  readonly sourcePath?: string;
  /** Of the published archive, 64 hexadecimal digits; needed to download it. */
  readonly sha256?: string;
  /** What the configuration starts from. */
  readonly base: "guest" | "running";
  /** Where to look for commits first. */
  readonly mirrors: readonly string[];
  readonly signal: AbortSignal;
}

/** The version a makefile of Linux says, e.g. `6.0.3`; undefined where it says none. */
export function makefileVersion(text: string): string | undefined {
  const field = (name: string) => new RegExp(`^${name} *= *(\\S*)`, "m").exec(text)?.[1];
  const numbers = ["VERSION", "PATCHLEVEL", "SUBLEVEL"].map(field);
  if (numbers.some((one) => one === undefined || one === "")) return undefined;
  return `${numbers.join(".")}${field("EXTRAVERSION") ?? ""}`;
}

/** Of an archive the version is compared once it is built: unpacking it twice would take longer. */
async function checkTree(path: string, version: string): Promise<void> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return;
  const makefile = await readFile(join(path, "Makefile"), "utf8").catch(() => "");
  const found = makefileVersion(makefile);
  if (found === version) return;
  const text = `${path} holds ${found === undefined ? "no sources of Linux" : `Linux ${found}`}, not Linux ${version}`;
  throw hoststackError("KERNEL_RECIPE_INVALID", text, {
    remedy: `name a tree or an archive of Linux ${version}`,
    details: { field: "source", path, version: found },
  });
}

async function sourceOf(
  { version, tarball }: SystemKernel,
  { sourcePath, sha256 }: KernelChoices,
): Promise<KernelSource> {
  if (sourcePath !== undefined) {
    const path = resolve(sourcePath);
    await checkTree(path, version);
    return { local: path };
  }
  if (sha256 !== undefined) return { tarball, sha256 };
  const text = `no checksum of ${tarball} is known here, so it is not downloaded`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: `name your own tree or archive of Linux ${version} with --source PATH, or what its publisher signs with --sha256 HEX`,
    details: { field: "source" },
  });
}

/** Reads a patch from its repository, at its commit. Throws as `doSteps` does. */
async function patchText(
  { repository, commit, path }: RepositoryPatch,
  { mirrors, signal }: KernelChoices,
): Promise<string> {
  await using machine = openThisMachine();
  const work = await ownedDirectory(join(defaultCacheDirectory(), "builds"), buildingPrefix);
  try {
    const tree = join(work, "tree");
    const steps = [gitCheckoutStep({ repository, commit, mirrors, path: tree })];
    await doSteps(machine, steps, { savedDirectory: join(work, "saved"), signal, tell: () => {} });
    return await readFile(join(tree, path), "utf8");
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The recipe of a system's kernel, from sources the user answers for. Throws OPTIONS_INVALID without such sources,
 * KERNEL_RECIPE_INVALID for a tree of another version, PLAN_FAILED and PLAN_IMPOSSIBLE where a patch cannot be had.
 */
export async function systemKernelRecipe(
  kernel: SystemKernel,
  choices: KernelChoices,
): Promise<KernelRecipe> {
  const source = await sourceOf(kernel, choices);
  const patches = kernel.patches ?? [];
  const texts = await Promise.all(patches.map((patch) => patchText(patch, choices)));
  return {
    source,
    patches: patches.map(({ path }, index) => ({
      name: basename(path),
      text: texts[index] ?? "",
    })),
    config: { base: choices.base, set: kernel.set ?? {} },
  };
}

/** Throws KERNEL_RECIPE_INVALID when what was built is of another version than the kernel says. */
export function checkBuiltVersion({ version }: SystemKernel, release: string): void {
  if (release.startsWith(`${version}-`)) return;
  const text = `the sources were of another version: they made ${release}, not Linux ${version}`;
  throw hoststackError("KERNEL_RECIPE_INVALID", text, {
    remedy: `name a tree or an archive of Linux ${version}`,
    details: { field: "source", release },
  });
}
