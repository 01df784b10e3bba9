import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink } from "node:fs/promises";
import { type BytePath, below } from "./byte-path.js";
import { type DigestName, newDigest } from "./digest.js";
import { inParallel } from "./in-parallel.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

const readBytes = 256 * 1024;

/**
 * Lists a tree of this machine, without digests; links are not followed. `exclude` names what is left
 * out: a plain name wherever it occurs, a path with slashes only there.
 */
export async function listLocalTree(root: string, exclude: readonly string[] = []): Promise<Tree> {
  const left = new Set(
    exclude.map((path) => Buffer.from(path.replace(/\/+$/, "")).toString("latin1")),
  );
  const tree = new Map<BytePath, TreeEntry>();
  const add = async (path: BytePath): Promise<BytePath[]> => {
    const entry = await entryOf(root, path);
    tree.set(path, entry);
    return entry.kind === "directory" ? await childrenOf(root, path) : [];
  };
  let paths: BytePath[] = ["."];
  while (paths.length > 0) {
    const children = (await inParallel(paths, add)).flat();
    paths = children.filter((path) => {
      return !left.has(path) && !left.has(path.slice(path.lastIndexOf("/") + 1));
    });
  }
  return tree;
}

async function childrenOf(root: string, directory: BytePath): Promise<BytePath[]> {
  const names = await readdir(below(root, directory), { encoding: "buffer" });
  const above = directory === "." ? "" : `${directory}/`;
  return names.map((name) => above + name.toString("latin1")).toSorted();
}

async function entryOf(root: string, path: BytePath): Promise<TreeEntry> {
  const place = below(root, path);
  const stats = await lstat(place);
  const kind = kindOf(stats);
  const entry = {
    path,
    kind,
    mode: stats.mode & 0o7777,
    size: kind === "file" ? stats.size : 0,
    mtimeS: Math.floor(stats.mtimeMs / 1000),
  };
  if (kind !== "link") return entry;
  const target = await readlink(place, { encoding: "buffer" });
  return { ...entry, target: target.toString("latin1") };
}

function kindOf(stats: Stats): TreeEntry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "link" : "other";
}

/** Adds digests to those files only that have the same size in the other tree. */
export async function withDigests(
  root: string,
  trees: { readonly tree: Tree; readonly other: Tree },
  digest: DigestName,
): Promise<Tree> {
  const { tree, other } = trees;
  const entries = await inParallel([...tree.values()], async (entry) => {
    const twin = other.get(entry.path);
    const maySame = entry.kind === "file" && twin?.kind === "file" && twin.size === entry.size;
    return maySame ? { ...entry, digest: await digestOfFile(root, entry, digest) } : entry;
  });
  return new Map(entries.map((entry) => [entry.path, entry]));
}

async function digestOfFile(root: string, entry: TreeEntry, name: DigestName): Promise<string> {
  const hash = newDigest(name);
  await using file = await openPlain(root, entry.path);
  const buffer = Buffer.allocUnsafe(Math.min(readBytes, entry.size + 1));
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, bytesRead));
  }
}

/** Opens a file to read, unless it has become a link. */
export function openPlain(root: string, path: BytePath): Promise<FileHandle> {
  return open(below(root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
}
