import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { publishedDirectory } from "../../../packages/owned-directory.js";
import { openPackageSource } from "../../../packages/package-source.js";
import { digest, downloadText, replaceFile } from "../../../packages/unpacked-packages.js";
import type { Progress } from "../../testbed.js";
import { basePackages, buildPackages, type ImageRecipe } from "../recipe.js";
import { buildImage, imageFiles } from "./build-image.js";

/** Raised when images must be built anew though no package changed. */
const builderVersion = 4;

/** What guests boot from. */
export interface GuestImage {
  /** Says all the image was made from. */
  readonly key: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly initramfsBytes: number;
  readonly kernelRelease: string;
  /** Version by package name, of the whole closure. */
  readonly versions: Readonly<Record<string, string>>;
}

/** How {@link guestImage} is asked. */
export interface GuestImageOptions {
  readonly recipe: ImageRecipe;
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
  const { packages, modules, kernel } = recipe;
  const index = join(parent, `${digest([builderVersion, packages, modules, kernel])}.json`);
  const known = await indexed(parent, index);
  if (known !== undefined) return known;

  progress?.({ kind: "image.resolve", text: "asking apt for package versions" });
  const source = await openPackageSource({ cacheDirectory, signal });
  const named = [...new Set([...basePackages, ...buildPackages, ...packages])];
  const resolution = await source.resolve({ packages: named, kernel });
  const key = digest([builderVersion, resolution.versions, packages, modules]);
  await publishedDirectory({
    parent,
    key,
    build: async (directory) => {
      progress?.({ kind: "image.build", text: `${downloadText(resolution)}, building the image` });
      await buildImage({ recipe, source, resolution, directory, signal });
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
  };
  const initramfs = join(directory, imageFiles.initramfs);
  const { size } = await stat(initramfs);
  const kernel = join(directory, imageFiles.kernel);
  return { key, kernel, initramfs, initramfsBytes: size, versions, ...facts };
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
