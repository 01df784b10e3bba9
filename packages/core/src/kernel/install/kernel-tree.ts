import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { hoststackError } from "../../errors/error.js";
import type { BuiltKernel } from "../built.js";

/** A built kernel of this machine with what is needed to install it elsewhere. */
export interface KernelTree extends BuiltKernel {
  /** `sha256sum` lines of all its files as they are installed, their paths relative to `/`. */
  readonly manifest: string;
  /** sha256 of the manifest: tells one content from another. */
  readonly sha256: string;
  readonly bootBytes: number;
  readonly moduleBytes: number;
}

/** What depmod makes anew on each host. */
const madeByDepmod =
  /^modules\.(dep|alias|symbols|softdep|weakdep|devname|builtin\.alias|builtin)(\.bin)?$/;
const shippedIndex = "modules.builtin";

/** Names of the links to the trees a kernel was built in; they lead nowhere on another host. */
export const buildLinks = ["build", "source"];

interface TreeFile {
  /** Relative to the directory. */
  readonly path: string;
  readonly bytes: number;
}

async function filesBelow(directory: string, path: string): Promise<TreeFile[]> {
  const entries = await readdir(join(directory, path), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry): Promise<TreeFile[]> => {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) return await filesBelow(directory, inner);
      if (!entry.isFile()) return [];
      return [{ path: inner, bytes: (await stat(join(directory, inner))).size }];
    }),
  );
  return nested.flat();
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function notBuilt(directory: string, why: string, cause?: unknown): Error {
  return hoststackError("OPTIONS_INVALID", `"${directory}" holds no built kernel: ${why}`, {
    cause,
    remedy:
      "give the directory that kernel build told: it holds boot/vmlinuz-RELEASE and lib/modules",
    details: { field: "directory" },
  });
}

const releasePattern = /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/;

/**
 * Reads a built kernel in a directory of this machine and hashes all its files. Throws OPTIONS_INVALID for a directory
 * that holds none, or several.
 */
export async function readKernelTree(directory: string): Promise<KernelTree> {
  const names = await readdir(join(directory, "boot")).catch((cause: unknown) => {
    throw notBuilt(directory, "it has no directory boot", cause);
  });
  const releases = names.flatMap((name) => /^vmlinuz-(.+)$/.exec(name)?.[1] ?? []);
  const [release, other] = releases;
  if (release === undefined || other !== undefined || !releasePattern.test(release)) {
    throw notBuilt(directory, `boot has ${releases.length} files vmlinuz-RELEASE, not one`);
  }
  const boot = ["vmlinuz", "config", "System.map"].map((name) => `boot/${name}-${release}`);
  const missing = boot.find((path) => !names.includes(path.slice("boot/".length)));
  if (missing !== undefined) throw notBuilt(directory, `there is no ${missing}`);
  const bootFiles = await Promise.all(
    boot.map(async (path) => ({ path, bytes: (await stat(join(directory, path))).size })),
  );
  const modules = await filesBelow(directory, `lib/modules/${release}`).catch(() => []);
  const files = [...bootFiles, ...modules.filter(isInstalled)].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const lines: string[] = [];
  for (const { path } of files)
    lines.push(`${await sha256OfFile(join(directory, path))}  ${path}\n`);
  const manifest = lines.join("");
  const bytesOf = (some: readonly TreeFile[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    release,
    directory,
    configSha256: await sha256OfFile(join(directory, `boot/config-${release}`)),
    manifest,
    sha256: createHash("sha256").update(manifest).digest("hex"),
    bootBytes: bytesOf(bootFiles),
    moduleBytes: bytesOf(modules),
  };
}

function isInstalled({ path }: TreeFile): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === shippedIndex || !madeByDepmod.test(name);
}
