import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { below, shownPath } from "./byte-path.js";
import { fileChanged, filePieces } from "./file-pieces.js";
import type { TreeEntry } from "./tree-entry.js";

/** Smaller files are read and written whole, by synchronous calls. */
export const smallBytes = 64 * 1024;

/** A link that took the place of a file is not followed, a pipe not waited for. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The content of a file as it was listed. Throws TRANSFER_FAILED when it has changed since. */
export function contentOf(
  root: string,
  entry: TreeEntry,
): Iterable<Buffer> | AsyncIterable<Buffer> {
  return entry.size > smallBytes ? largeFile(root, entry) : [smallFile(root, entry)];
}

function smallFile(root: string, { path, size }: TreeEntry): Buffer {
  const file = openSync(below(root, path), flags);
  try {
    const content = Buffer.allocUnsafe(size);
    const read = size === 0 ? 0 : readSync(file, content, 0, size, 0);
    if (read !== size || fstatSync(file).size !== size) throw fileChanged(shownPath(path));
    return content;
  } finally {
    closeSync(file);
  }
}

async function* largeFile(root: string, { path, size }: TreeEntry): AsyncGenerator<Buffer> {
  await using file = await open(below(root, path), flags);
  yield* filePieces(file, { size, name: shownPath(path) });
}
