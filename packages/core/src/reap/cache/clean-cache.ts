import { readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buildingPrefix, exists, ownedDirectory } from "../../packages/owned-directory.js";
import type { CacheEntry } from "./cache-entry.js";
import { findCache } from "./find-cache.js";

/** Which entries of the cache may go. */
export interface CleanCacheOptions {
  /** Those that were not used for this long. @default 30 days */
  readonly olderThanMs?: number;
  /** Only say what would be removed. @default false */
  readonly dryRun?: boolean;
}

/** What was done about the cache. */
export interface CleanCacheReport {
  /** What was removed, or would be. */
  readonly removed: readonly CacheEntry[];
  readonly kept: readonly CacheEntry[];
  readonly failed: readonly { readonly entry: CacheEntry; readonly error: Error }[];
}

const defaultAgeMs = 30 * 24 * 3600 * 1000;

/**
 * Removes from the default cache directory what was not used for long and no living process uses; it is
 * made again when it is needed. What cannot be removed is in the report. Throws CAPABILITY_MISSING off Linux.
 */
export async function cleanCache(options: CleanCacheOptions = {}): Promise<CleanCacheReport> {
  const { olderThanMs = defaultAgeMs, dryRun = false } = options;
  const entries = await findCache();
  const isOld = ({ lastUsed, inUse }: CacheEntry) =>
    inUse === undefined && Date.now() - lastUsed.getTime() >= olderThanMs;
  const old = entries.filter(isOld);
  const kept = entries.filter((one) => !old.includes(one));
  if (dryRun) return { removed: old, kept, failed: [] };
  const removed: CacheEntry[] = [];
  const failed: { entry: CacheEntry; error: Error }[] = [];
  for (const entry of old) {
    try {
      await remove(entry);
      removed.push(entry);
    } catch (error) {
      if (!(error instanceof Error && "syscall" in error)) throw error;
      failed.push({ entry, error });
    }
  }
  for (const parent of new Set(removed.map(({ path }) => dirname(path)))) await dropIndexes(parent);
  return { removed, kept, failed };
}

/** At once, so that nobody finds half of it; the next builder sweeps what an end amid it leaves. */
async function remove({ kind, path }: CacheEntry): Promise<void> {
  if (kind === "package file") return await rm(path, { force: true });
  const gone = await ownedDirectory(dirname(path), buildingPrefix);
  try {
    await rename(path, join(gone, "content"));
  } finally {
    await rm(gone, { recursive: true, force: true });
  }
}

/** Removes notes that name an entry which is gone. */
async function dropIndexes(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!/^[0-9a-f]{20}\.json$/.test(name)) continue;
    const path = join(parent, name);
    const key = await readFile(path, "utf8").then(keyIn, () => undefined);
    if (key !== undefined && !(await exists(join(parent, key)))) await rm(path, { force: true });
  }
}

function keyIn(text: string): string | undefined {
  try {
    const { key } = JSON.parse(text) as { readonly key?: unknown };
    return typeof key === "string" && basename(key) === key ? key : undefined;
  } catch {
    return undefined;
  }
}
