import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileDigest, hashOf } from "./hash-inputs.js";

/** A file that changes this soon after it was read may have the same times all the same. */
const settledMs = 2000;

/** What tells that a file was not written to: its place on the disk, its size and both its times. */
async function identityOf(path: string): Promise<{ identity: string; changedMs: number }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  const identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  return { identity, changedMs: Number(ctimeNs / 1_000_000n) };
}

/**
 * SHA-256 of a file of the controller, from a note in the cache where it was not written to since: the archive of
 * a kernel takes a second to read.
 */
export async function knownFileDigest(path: string, cacheDirectory: string): Promise<string> {
  const directory = join(cacheDirectory, "kernels", "digests");
  const file = join(directory, hashOf(path).slice(0, 20));
  const before = await identityOf(path);
  const [identity, known] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  if (identity === before.identity && known !== undefined && /^[0-9a-f]{64}$/.test(known)) {
    return known;
  }
  const digest = await fileDigest(path);
  const after = await identityOf(path);
  if (after.identity === before.identity && Date.now() - before.changedMs > settledMs) {
    const own = `${file}.${process.pid}`;
    await mkdir(directory, { recursive: true });
    await writeFile(own, `${after.identity}\n${digest}\n`);
    await rename(own, file);
  }
  return digest;
}
