import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Place } from "./place.js";

const leftoverMs = 24 * 3600 * 1000;

/** A name beside a place of this machine, for what is not complete yet. */
export function temporaryName({ stem }: Place): string {
  return `${stem}${randomBytes(6).toString("hex")}`;
}

/** Removes what this user's transfers to this place left when they were killed; a tree amid its swap is put back. */
export async function sweepLocal({ path, parent, stem }: Place): Promise<void> {
  const names = await readdir(parent);
  for (const name of names.filter((one) => one.startsWith(basename(stem)))) {
    const left = join(parent, name);
    // One that ends now takes its own away.
    const info = await lstat(left).catch(() => undefined);
    if (info === undefined || info.uid !== process.getuid?.()) continue;
    if (Date.now() - info.mtimeMs < leftoverMs) continue;
    const old = join(left, "old");
    if (!(await isThere(path)) && (await isThere(old))) await rename(old, path);
    await removeTree(left);
  }
}

/** Makes a tree beside its place by `fill`, then swaps it in. What fails leaves the old tree. */
export async function replaceTree(place: Place, fill: (directory: string) => Promise<void>) {
  const temporary = temporaryName(place);
  const fresh = join(temporary, "new");
  const old = join(temporary, "old");
  await mkdir(temporary, { mode: 0o700 });
  try {
    await mkdir(fresh, { mode: 0o700 });
    await fill(fresh);
    const replaces = await isThere(place.path);
    if (replaces) await rename(place.path, old);
    await rename(fresh, place.path).catch(async (error: unknown) => {
      if (replaces) await rename(old, place.path);
      throw error;
    });
  } finally {
    await removeTree(temporary);
  }
}

/** Whether there is something, be it a link that leads nowhere. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Also with directories in it that may not be written to. */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async () => {
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  });
}

async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(directory, entry.name));
  }
}
