import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { defaultCacheDirectory } from "../../testbed/vm/cache-directory.js";
import { needLinux } from "../need-linux.js";
import type { CacheEntry } from "./cache-entry.js";
import { findUses } from "./uses.js";

/** What caches are keyed by: nothing else in them is ours to remove. */
const keyPattern = /^[0-9a-f]{20}$/;

const parts = [
  { name: "guest", kind: "guest image" },
  { name: "snapshots", kind: "guest snapshot" },
  { name: "packages", kind: "unpacked packages" },
] as const;

/**
 * Finds guest images, snapshots, unpacked packages and downloaded package files in the default cache
 * directory, the largest first. Changes nothing. Throws CAPABILITY_MISSING off Linux.
 */
export async function findCache(): Promise<readonly CacheEntry[]> {
  needLinux();
  const cache = defaultCacheDirectory();
  const found = [
    ...parts.map(async ({ name, kind }) => {
      const parent = join(cache, name);
      const names = (await namesIn(parent)).filter((one) => keyPattern.test(one));
      return await ownOnes(
        kind,
        names.map((one) => join(parent, one)),
      );
    }),
    packageFiles(join(cache, "apt", "cache", "archives")),
  ];
  const entries = (await Promise.all(found)).flat();
  const uses = await findUses(entries);
  return entries
    .map((entry): CacheEntry => {
      const inUse = uses.get(entry.path);
      return inUse === undefined ? entry : { ...entry, inUse };
    })
    .toSorted((one, other) => other.bytes - one.bytes);
}

async function packageFiles(archives: string): Promise<CacheEntry[]> {
  const names = (await namesIn(archives)).filter((one) => one.endsWith(".deb"));
  return await ownOnes(
    "package file",
    names.map((one) => join(archives, one)),
  );
}

const namesIn = (directory: string): Promise<string[]> => readdir(directory).catch(() => []);

/** Those that are this user's and what their kind says: never links, which lead to something else. */
async function ownOnes(kind: CacheEntry["kind"], paths: readonly string[]): Promise<CacheEntry[]> {
  const found: CacheEntry[] = [];
  for (const path of paths) {
    const info = await lstat(path).catch(() => undefined);
    if (info === undefined || info.uid !== process.getuid?.()) continue;
    if (kind === "package file" ? !info.isFile() : !info.isDirectory()) continue;
    found.push({ kind, path, ...(await extent(path)) });
  }
  return found;
}

/** Looking at a directory counts as reading it, so only files tell when something was used. */
async function extent(path: string): Promise<Pick<CacheEntry, "bytes" | "lastUsed">> {
  const seen = new Set<number>();
  let blocks = 0;
  let lastMs = 0;
  const look = async (one: string): Promise<void> => {
    const info = await lstat(one).catch(() => undefined);
    if (info === undefined || seen.has(info.ino)) return;
    seen.add(info.ino);
    blocks += info.blocks;
    // the times of changes that unpacking sets are the packager's; those of the inode are ours
    lastMs = Math.max(lastMs, info.ctimeMs, info.isFile() ? info.atimeMs : 0);
    if (info.isDirectory()) for (const name of await namesIn(one)) await look(join(one, name));
  };
  await look(path);
  return { bytes: blocks * 512, lastUsed: new Date(lastMs) };
}
