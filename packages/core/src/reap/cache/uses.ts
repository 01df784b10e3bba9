import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { tokenPattern, tokenState } from "../../host/process-token.js";
import { buildingPrefix } from "../../packages/owned-directory.js";
import { defaultCacheDirectory } from "../../testbed/vm/cache-directory.js";
import { runDirectoryPrefix, runtimeDirectory } from "../../testbed/vm/run-directory.js";
import type { CacheEntry } from "./cache-entry.js";

/**
 * Who uses entries of the cache, by path. A controller does not show which image or snapshot its guests
 * are to start from, nor which package files it is about to unpack: while one has guests or builds
 * something, all of those are in use.
 */
export async function findUses(
  entries: readonly CacheEntry[],
): Promise<ReadonlyMap<string, string>> {
  const cache = defaultCacheDirectory();
  const [guests, ...builds] = await Promise.all([
    livingOwner(await runtimeDirectory(), runDirectoryPrefix),
    ...["guest", "packages", "snapshots"].map((part) =>
      livingOwner(join(cache, part), buildingPrefix),
    ),
  ]);
  const build = builds.find((owner) => owner !== undefined);
  const uses = new Map<string, string>();
  const users = {
    "guest image": guests ?? build,
    "guest snapshot": guests ?? build,
    "package file": build,
    "unpacked packages": undefined,
  };
  for (const { kind, path } of entries) {
    const user = users[kind];
    if (user !== undefined) uses.set(path, `process ${user} is at work`);
  }
  for (const [path, pid] of await openPaths(entries)) uses.set(path, `process ${pid} uses it`);
  return uses;
}

/** Process id of one that still owns a working directory of a kind; one that cannot be judged counts. */
async function livingOwner(parent: string, prefix: string): Promise<string | undefined> {
  const names = await readdir(parent).catch(() => []);
  const owners = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split(".")[0] ?? "");
  return owners
    .find((owner) => tokenPattern.test(owner) && tokenState(owner) !== "dead")
    ?.split("-")[0];
}

/** Entries that a process runs from, has open, has mapped, or was told of on its command line. */
async function openPaths(entries: readonly CacheEntry[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const cache = defaultCacheDirectory();
  // the kernel tells paths without links in them, command lines as they were given
  const real = await realpath(cache).catch(() => cache);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    if (pid === process.pid) continue;
    const text = await traces(pid);
    if (!text.includes(cache) && !text.includes(real)) continue;
    for (const { path } of entries) {
      const same = join(real, relative(cache, path));
      if (text.includes(path) || text.includes(same)) found.set(path, pid);
    }
  }
  return found;
}

/** All that the kernel tells of the paths a process of this user knows; nothing of others'. */
async function traces(pid: number): Promise<string> {
  const at = (name: string) => join("/proc", String(pid), name);
  const nothing = () => "";
  const descriptors = await readdir(at("fd")).catch((): string[] => []);
  const links = ["exe", "cwd", "root", ...descriptors.map((one) => join("fd", one))];
  const texts = await Promise.all([
    ...["cmdline", "maps"].map((name) => readFile(at(name), "utf8").catch(nothing)),
    ...links.map((name) => readlink(at(name)).catch(nothing)),
  ]);
  return texts.join("\n");
}
