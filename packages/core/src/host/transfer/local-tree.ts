import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { hoststackError } from "../../errors/error.js";
import { breather } from "./breather.js";
import { type BytePath, below, bytePath } from "./byte-path.js";
import { type DigestName, newDigest } from "./digest.js";
import { contentOf } from "./local-content.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

/** The paths to leave out as listings have them. Throws OPTIONS_INVALID for one that is not within a tree. */
export function excludedPaths(exclude: readonly string[] = []): BytePath[] {
  return exclude.map((path) => {
    const parts = path
      .replace(/^(\.\/+)+/, "")
      .replace(/\/+$/, "")
      .split("/");
    if (!parts.some((part) => part === "" || part === "." || part === "..")) {
      return bytePath(parts.join("/"));
    }
    throw hoststackError(
      "OPTIONS_INVALID",
      `exclude has "${path}", which is no path within a tree`,
      {
        remedy: "give names, or paths below the tree, without .. in them",
        details: { field: "exclude" },
      },
    );
  });
}

/**
 * Lists a tree of this machine, without digests; links are not followed. `exclude` names what is left
 * out: a plain name wherever it occurs, a path with slashes only there.
 */
export async function listLocalTree(
  root: string,
  exclude: readonly BytePath[] = [],
): Promise<Tree> {
  const left = new Set(exclude);
  const tree = new Map<BytePath, TreeEntry>();
  const breathe = breather();
  let paths: BytePath[] = ["."];
  while (paths.length > 0) {
    const next: BytePath[] = [];
    for (const path of paths) {
      await breathe();
      const entry = entryOf(root, path);
      tree.set(path, entry);
      if (entry.kind !== "directory") continue;
      const isLeft = (child: BytePath) =>
        left.has(child) || left.has(child.split("/").at(-1) ?? "");
      next.push(...childrenOf(root, path).filter((child) => !isLeft(child)));
    }
    paths = next;
  }
  return tree;
}

function childrenOf(root: string, directory: BytePath): BytePath[] {
  const names = readdirSync(below(root, directory), { encoding: "buffer" });
  const above = directory === "." ? "" : `${directory}/`;
  return names.map((name) => above + name.toString("latin1")).toSorted();
}

function entryOf(root: string, path: BytePath): TreeEntry {
  const place = below(root, path);
  const stats = lstatSync(place);
  const kind = kindOf(stats);
  const entry = {
    path,
    kind,
    mode: stats.mode & 0o7777,
    size: kind === "file" ? stats.size : 0,
    mtimeS: Math.floor(stats.mtimeMs / 1000),
  };
  if (kind !== "link") return entry;
  return { ...entry, target: readlinkSync(place, { encoding: "buffer" }).toString("latin1") };
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
  const breathe = breather();
  const result = new Map<BytePath, TreeEntry>();
  for (const entry of tree.values()) {
    const twin = other.get(entry.path);
    const maySame = entry.kind === "file" && twin?.kind === "file" && twin.size === entry.size;
    result.set(entry.path, maySame ? await digested(root, entry, digest) : entry);
    await breathe();
  }
  return result;
}

async function digested(root: string, entry: TreeEntry, digest: DigestName): Promise<TreeEntry> {
  const hash = newDigest(digest);
  for await (const piece of contentOf(root, entry)) hash.update(piece);
  return { ...entry, digest: hash.digest("hex") };
}
