import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BuiltKernel } from "../../../kernel/built.js";
import { publishedDirectory } from "../../../packages/owned-directory.js";
import { openPackageSource } from "../../../packages/package-source.js";
import { digest, downloadText, replaceFile } from "../../../packages/unpacked-packages.js";
import type { Progress } from "../../testbed.js";
import { baseModules, basePackages, buildPackages, type ImageRecipe } from "../recipe.js";
import { buildImage, imageFiles } from "./build-image.js";
import { builtKernelFacts } from "./built-kernel.js";
import { initScript } from "./init-script.js";

/** Another one means that images are built anew though no package changed; the number is raised by hand. */
const builder = [5, initScript, basePackages, baseModules];

/** What guests boot from. */
export interface GuestImage {
  /** Says all the image was made from. */
  readonly key: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly initramfsBytes: number;
  readonly kernelRelease: string;
  /** Guests can go on from a snapshot. */
  readonly resumable: boolean;
  /** Version by package name, of the whole closure. */
  readonly versions: Readonly<Record<string, string>>;
}

/** How {@link guestImage} is asked. */
export interface GuestImageOptions {
  readonly recipe: ImageRecipe;
  /** In place of the recipe's kernel. */
  readonly kernel?: BuiltKernel | undefined;
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * The image for a recipe, from the cache or built now. Once built it is used until it is removed from
 * the cache or the recipe changes, without asking apt again.
 */
export async function guestImage(options: GuestImageOptions): Promise<GuestImage> {
  const { recipe, cacheDirectory, signal, progress } = options;
  const parent = join(cacheDirectory, "guest");
  const { packages, modules } = recipe;
  const built = options.kernel && (await builtKernelFacts(options.kernel));
  const kernel = built === undefined ? recipe.kernel : built.sha256;
  const index = join(parent, `${digest([builder, packages, modules, kernel])}.json`);
  const known = await indexed(parent, index);
  if (known !== undefined) return known;

  progress?.({ kind: "image.resolve", text: "asking apt for package versions" });
  const source = await openPackageSource({ cacheDirectory, signal });
  const named = [...new Set([...basePackages, ...buildPackages, ...packages])];
  const ofPackages = built === undefined ? { kernel: recipe.kernel } : {};
  const resolution = await source.resolve({ packages: named, ...ofPackages });
  const own = built === undefined ? [] : [built.sha256];
  const key = digest([builder, resolution.versions, packages, modules, ...own]);
  await publishedDirectory({
    parent,
    key,
    build: async (directory) => {
      progress?.({ kind: "image.build", text: `${downloadText(resolution)}, building the image` });
      const resumable = built?.resumable ?? true;
      await buildImage({ ...options, source, resolution, directory, resumable });
    },
  });
  await replaceFile(index, JSON.stringify({ key, versions: resolution.versions }));
  return await openImage(join(parent, key), key, resolution.versions);
}

async function openImage(
  directory: string,
  key: string,
  versions: Readonly<Record<string, string>>,
): Promise<GuestImage> {
  const facts = JSON.parse(await readFile(join(directory, imageFiles.facts), "utf8")) as {
    readonly kernelRelease: string;
    /** Missing where an image was made before any could be otherwise. */
    readonly resumable?: boolean;
  };
  const initramfs = join(directory, imageFiles.initramfs);
  const { size } = await stat(initramfs);
  const kernel = join(directory, imageFiles.kernel);
  return { key, kernel, initramfs, initramfsBytes: size, versions, resumable: true, ...facts };
}

async function indexed(parent: string, index: string): Promise<GuestImage | undefined> {
  try {
    const entry = JSON.parse(await readFile(index, "utf8")) as {
      readonly key: string;
      readonly versions: Record<string, string>;
    };
    return await openImage(join(parent, entry.key), entry.key, entry.versions);
  } catch {
    return undefined;
  }
}
