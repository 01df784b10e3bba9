import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, publishedDirectory } from "./owned-directory.js";
import { openPackageSource, type Resolution, unpackPackage } from "./package-source.js";

const formatVersion = 1;

/** What {@link unpackedPackages} is asked for. */
export interface UnpackedPackagesOptions {
  /** Names of packages, wanted with all they depend on but without what they recommend. */
  readonly packages: readonly string[];
  /** Everything is kept below this directory; later calls with the same names use it again. */
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal;
  /** Told what happens, one line for a person each. @default nobody */
  readonly progress?: (event: { readonly kind: string; readonly text: string }) => void;
}

/** Packages as files. */
export interface UnpackedPackages {
  /** Directory that holds the files of all packages; shared with other users, so never written to. */
  readonly tree: string;
  /** Version by package name, of the whole closure. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Has packages of this computer's own distribution as plain files: downloaded and verified by apt
 * from the user's own sources, unpacked, not installed. Needs no root and changes nothing outside the
 * cache directory. Throws CAPABILITY_MISSING without apt or disk space, DOWNLOAD_FAILED, INTERRUPTED.
 */
export async function unpackedPackages(
  options: UnpackedPackagesOptions,
): Promise<UnpackedPackages> {
  const { cacheDirectory, packages, signal, progress } = options;
  const parent = join(cacheDirectory, "packages");
  const index = join(parent, `${digest([formatVersion, packages.toSorted()])}.json`);
  const known = await readIndex(parent, index);
  if (known !== undefined) return known;

  progress?.({ kind: "packages.resolve", text: "asking apt for package versions" });
  const source = await openPackageSource({ cacheDirectory, signal });
  const resolution = await source.resolve({ packages });
  const key = digest([formatVersion, resolution.versions]);
  const tree = await publishedDirectory({
    parent,
    key,
    build: async (directory) => {
      progress?.({ kind: "packages.download", text: downloadText(resolution) });
      const files = join(directory, "..", "files");
      await source.download(resolution, files);
      progress?.({ kind: "packages.unpack", text: "unpacking the packages" });
      for (const { file } of resolution.files) {
        await unpackPackage(join(files, file), directory, signal);
      }
      await rm(files, { recursive: true });
    },
  });
  await replaceFile(index, JSON.stringify({ key, versions: resolution.versions }));
  return { tree, versions: resolution.versions };
}

/** One line for a person on what is about to be downloaded. */
export function downloadText(resolution: Resolution): string {
  const bytes = resolution.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const size = Math.ceil(bytes / (1024 * 1024));
  return `downloading ${resolution.files.length} packages (${size} MiB)`;
}

/** A short name for data: the same for equal data. */
export function digest(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 20);
}

/** Writes a file whole or not at all. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(temporary, content);
  await rename(temporary, path);
}

async function readIndex(parent: string, index: string): Promise<UnpackedPackages | undefined> {
  try {
    const entry = JSON.parse(await readFile(index, "utf8")) as {
      key: string;
      versions: Record<string, string>;
    };
    const tree = join(parent, entry.key);
    return (await exists(tree)) ? { tree, versions: entry.versions } : undefined;
  } catch {
    return undefined;
  }
}
