import { lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { processToken, tokenPattern, tokenState } from "../host/process-token.js";

/** Names of directories in which something is being built. */
export const buildingPrefix = ".building-";
const unknownOwnerKeptMs = 24 * 3600 * 1000;

/** Makes `<parent>/<prefix><owner>.<random>`, mode 0700, which the next sweep removes if we die. */
export async function ownedDirectory(parent: string, prefix: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return await mkdtemp(join(parent, `${prefix}${processToken()}.`));
}

/** A directory of {@link ownedDirectory} that its owner does not need any more. */
export interface AbandonedDirectory {
  readonly path: string;
  /** Token of the process that made it. */
  readonly owner: string;
  /** When something was last made or removed in it. */
  readonly changed: Date;
}

/**
 * Finds directories made by {@link ownedDirectory} whose owner is gone. Those of another computer, boot
 * or container count only when they are a day old, those of another user never.
 */
export async function abandonedDirectories(
  parent: string,
  prefix: string,
): Promise<AbandonedDirectory[]> {
  const names = await readdir(parent).catch(() => []);
  const found: AbandonedDirectory[] = [];
  for (const name of names.filter((entry) => entry.startsWith(prefix))) {
    const path = join(parent, name);
    const owner = name.slice(prefix.length).split(".")[0] ?? "";
    // Somebody's own directory may begin like ours.
    if (!tokenPattern.test(owner)) continue;
    const info = await lstat(path).catch(() => undefined);
    if (info === undefined || !info.isDirectory() || info.uid !== process.getuid?.()) continue;
    const state = tokenState(owner);
    const old = Date.now() - info.mtimeMs > unknownOwnerKeptMs;
    if (state === "dead" || (state === "unknown" && old)) {
      found.push({ path, owner, changed: info.mtime });
    }
  }
  return found;
}

/** Removes {@link abandonedDirectories}. */
export async function sweepOwnedDirectories(parent: string, prefix: string): Promise<void> {
  for (const { path } of await abandonedDirectories(parent, prefix)) {
    await rm(path, { recursive: true, force: true });
  }
}

/** How {@link publishedDirectory} makes a directory. */
export interface Publication {
  readonly parent: string;
  /** Name below `parent`; says all that the content depends on. */
  readonly key: string;
  /** Fills the directory it is given. */
  readonly build: (directory: string) => Promise<void>;
}

/**
 * The path of `<parent>/<key>`, built now if it does not exist. It is built beside its place and
 * renamed, so it is never half done; of two builders at once one wins and the other's work is dropped.
 */
export async function publishedDirectory(publication: Publication): Promise<string> {
  const { parent, key, build } = publication;
  const place = join(parent, key);
  if (await exists(place)) return place;
  await sweepOwnedDirectories(parent, buildingPrefix);
  const work = await ownedDirectory(parent, buildingPrefix);
  try {
    const content = join(work, "content");
    await mkdir(content, { mode: 0o755 });
    await build(content);
    await rename(content, place).catch(async (error: unknown) => {
      if (!(await exists(place))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return place;
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
