import { hoststackError } from "../../errors/error.js";
import { type BytePath, shownPath } from "./byte-path.js";
import type { Incoming } from "./incoming.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

/**
 * Shell functions that list a tree: names end with NUL since they may hold newlines, and are given
 * with each batch, since programs print them in ways that differ. `$sum` is the digest program.
 */
export const listingFunctions = `
list_tree() (
  cd -- "$1" || exit 1
  find . -exec sh -c '
    echo "entries $#"; printf "%s\\0" "$@"; exec stat -c "%f %s %Y" "$@"' sh {} + &&
  find . -type f -exec sh -c '
    echo "files $#"; printf "%s\\0" "$@"; exec "$0" "$@"' "$sum" {} + &&
  find . -type l -exec sh -c '
    echo "links $#"; printf "%s\\0" "$@"
    readlink -z "$@" 2>/dev/null && exit
    for link do readlink -n "$link" && printf "\\0" || exit 1; done' sh {} + &&
  echo end
)
`;

/** Programs those functions need. */
export const listingTools = ["find", "stat", "readlink"] as const;

/** More than a tree that is worth transferring this way has. */
const maxEntries = 2_000_000;

interface Draft {
  readonly path: BytePath;
  readonly kind: TreeEntry["kind"];
  readonly mode: number;
  readonly size: number;
  readonly mtimeS: number;
  target?: BytePath;
  digest?: string;
}

/** Reads what `list_tree` prints. Throws TRANSFER_FAILED when it is something else. */
export async function readListing(incoming: Incoming, where: string): Promise<Tree> {
  const tree = new Map<BytePath, Draft>();
  for (;;) {
    const line = await incoming.line();
    if (line === "end") return tree;
    const [, word, count] = /^(entries|files|links) (\d+)$/.exec(line ?? "") ?? [];
    if (word === undefined) throw malformed(where, line === undefined ? "its end" : `"${line}"`);
    const read = readers[word as keyof typeof readers];
    for (const path of await readNames(incoming, { count: Number(count), where })) {
      await read(incoming, { tree, path, where });
    }
  }
}

/** Where in a listing. */
interface At {
  readonly tree: Map<BytePath, Draft>;
  readonly path: BytePath;
  readonly where: string;
}

async function readNames(incoming: Incoming, at: { count: number; where: string }) {
  if (at.count > maxEntries) throw malformed(at.where, `${at.count} names at once`);
  const paths: BytePath[] = [];
  for (let left = at.count; left > 0; left--) {
    const name = await incoming.until(0);
    if (name === undefined) throw malformed(at.where, "its end");
    paths.push(name === "." ? name : name.slice("./".length));
  }
  return paths;
}

/** As `stat -c "%f %s %Y"` prints it: type and permissions in hexadecimal, bytes, seconds. */
async function readEntry(incoming: Incoming, { tree, path, where }: At): Promise<void> {
  const line = await incoming.line();
  const [, raw, size, mtime] = /^([0-9a-f]+) (\d+) (-?\d+)$/.exec(line ?? "") ?? [];
  if (raw === undefined || tree.has(path) || tree.size >= maxEntries) {
    throw malformed(where, `an entry for "${shownPath(path)}"`);
  }
  const bits = Number.parseInt(raw, 16);
  const kind = kinds.get(bits & 0o170000) ?? "other";
  tree.set(path, {
    path,
    kind,
    mode: bits & 0o7777,
    size: kind === "file" ? Number(size) : 0,
    mtimeS: Number(mtime),
  });
}

const kinds = new Map<number, TreeEntry["kind"]>([
  [0o040000, "directory"],
  [0o100000, "file"],
  [0o120000, "link"],
]);

/**
 * As digest programs print it, with the name after it: coreutils escape newlines in it (and say so by
 * a backslash at the start), busybox does not.
 */
async function readDigest(incoming: Incoming, { tree, path, where }: At): Promise<void> {
  const line = await incoming.line();
  const [, escaped, digest] = /^(\\?)([0-9a-f]{64,}) /.exec(line ?? "") ?? [];
  const draft = tree.get(path);
  if (digest === undefined || draft?.kind !== "file") {
    throw malformed(where, `a digest of "${shownPath(path)}"`);
  }
  draft.digest = digest;
  if (escaped === "") for (const _ of path.matchAll(/\n/g)) await incoming.line();
}

async function readTarget(incoming: Incoming, { tree, path, where }: At): Promise<void> {
  const target = await incoming.until(0);
  const draft = tree.get(path);
  if (target === undefined || draft?.kind !== "link") {
    throw malformed(where, `where the link "${shownPath(path)}" leads`);
  }
  draft.target = target;
}

const readers = { entries: readEntry, files: readDigest, links: readTarget };

function malformed(where: string, what: string): Error {
  return hoststackError("TRANSFER_FAILED", `the listing of ${where} breaks off at ${what}`, {
    remedy: "see that nothing changes the tree while it is transferred, then try again",
  });
}
