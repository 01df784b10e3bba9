import { hoststackError } from "../../errors/error.js";
import { type BytePath, shownPath } from "./byte-path.js";

/** One file, directory or link of a tree. */
export interface TreeEntry {
  /** Relative to the tree, without `./`; the tree itself is `.`. */
  readonly path: BytePath;
  /** `other`: a socket, device or pipe, which cannot be transferred. */
  readonly kind: "directory" | "file" | "link" | "other";
  /** Permission bits; without meaning for links. */
  readonly mode: number;
  /** Of files, in bytes. */
  readonly size: number;
  /** Time of the last change, in seconds since 1970. */
  readonly mtimeS: number;
  /** Where a link leads. */
  readonly target?: BytePath;
  /** Of a file's content, in hexadecimal; absent where it was not needed. */
  readonly digest?: string;
}

/** Entries by path. */
export type Tree = ReadonlyMap<BytePath, TreeEntry>;

/** Whether nothing has to be transferred to make one of the other; times do not count. */
export function sameEntry(one: TreeEntry, other: TreeEntry | undefined): boolean {
  if (other === undefined || one.kind !== other.kind) return false;
  if (one.kind === "link") return one.target === other.target;
  if (one.mode !== other.mode) return false;
  if (one.kind === "directory") return true;
  return one.size === other.size && one.digest !== undefined && one.digest === other.digest;
}

/** The first path at which two trees differ. */
export function firstDifference(wanted: Tree, found: Tree): BytePath | undefined {
  for (const entry of wanted.values()) {
    if (!sameEntry(entry, found.get(entry.path))) return entry.path;
  }
  for (const path of found.keys()) if (!wanted.has(path)) return path;
  return undefined;
}

/** Throws TRANSFER_FAILED for a tree with sockets, devices or pipes. */
export function refuseSpecialFiles(tree: Tree, where: string): void {
  for (const { kind, path } of tree.values()) {
    if (kind !== "other") continue;
    throw hoststackError(
      "TRANSFER_FAILED",
      `"${shownPath(path)}" of ${where} is a socket, device or pipe, which cannot be transferred`,
      { remedy: "remove it, or leave it out" },
    );
  }
}
