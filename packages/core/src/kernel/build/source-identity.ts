import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import { contentOf } from "../../host/transfer/local-content.js";
import { listLocalTree } from "../../host/transfer/local-tree.js";
import type { KernelSource } from "../recipe.js";
import type { BuildPlace } from "./build-place.js";
import { debianSource } from "./debian-source.js";
import { hashOf } from "./hash-inputs.js";
import { knownFileDigest } from "./known-digest.js";
import type { SourceIdentity } from "./known-source.js";

/** Names of the user's tree that are no sources. */
export const notSources: readonly string[] = [".git"];

/**
 * Finds out which sources a recipe means. Those of a package that is not there yet are fetched for that.
 * Throws KERNEL_RECIPE_INVALID, and what fetching throws.
 */
export async function identifySource(
  place: BuildPlace,
  source: KernelSource,
): Promise<SourceIdentity> {
  if ("tarball" in source) {
    const sha256 = source.sha256.toLowerCase();
    return { key: `tarball-${sha256.slice(0, 20)}`, digest: sha256 };
  }
  if ("git" in source) return { key: `git-${source.commit}`, digest: source.commit };
  if ("debian" in source) return await debianSource(place, source);
  return await localSource(source.local, place.cacheDirectory);
}

async function localSource(path: string, cacheDirectory: string): Promise<SourceIdentity> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw hoststackError("KERNEL_RECIPE_INVALID", `source.local: there is no ${path}`, {
      cause,
      remedy: "correct the path",
      details: { field: "source.local", path },
    });
  });
  if ((await stat(real)).isDirectory()) {
    const digest = await treeDigest(real);
    return { key: `tree-${hashOf(real).slice(0, 20)}`, digest, tree: real };
  }
  const digest = await knownFileDigest(real, cacheDirectory);
  return { key: `archive-${digest.slice(0, 20)}`, digest };
}

/** Of all names, kinds, permissions and contents of a tree. */
async function treeDigest(root: string): Promise<string> {
  const hash = createHash("sha256");
  const tree = await listLocalTree(root, notSources);
  for (const entry of [...tree.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const { path, kind, mode, size, target = "" } = entry;
    hash.update(JSON.stringify([path, kind, kind === "link" ? 0 : mode, size, target]));
    if (kind !== "file") continue;
    for await (const piece of contentOf(root, entry)) hash.update(piece);
  }
  return hash.digest("hex");
}
