import { shownPath } from "./byte-path.js";
import { type DigestName, newDigest } from "./digest.js";
import { filePieces, pieceBytes } from "./file-pieces.js";
import { openPlain } from "./local-tree.js";
import { archivedBytes, archiveEnd, padding, tarHeader } from "./tar-headers.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

/** Smaller files are read whole, several at a time. */
const smallBytes = 64 * 1024;
const filesAhead = 16;

/** What goes into an archive: directories first writable, then all else, then directories as they are. */
export function archivePlan(wanted: Tree, send: readonly TreeEntry[]): readonly TreeEntry[] {
  const directories = [...wanted.values()].filter(({ kind }) => kind === "directory");
  const rest = send.filter(({ kind }) => kind !== "directory");
  return [
    ...directories.map((entry) => ({ ...entry, mode: entry.mode | 0o700 })),
    ...rest,
    // The deepest first: one that may not be written any more holds all it should.
    ...directories.toReversed(),
  ];
}

/** Size of the archive of these entries. */
export function archiveBytes(entries: readonly TreeEntry[]): number {
  return entries.reduce((total, entry) => total + archivedBytes(entry), archiveEnd.length);
}

/** Where an archive's content comes from and where the digests of it go. */
export interface ArchiveSource {
  readonly root: string;
  readonly entries: readonly TreeEntry[];
  readonly digest: DigestName;
  /** Told the digest of every file as it was sent. */
  readonly sent: (entry: TreeEntry) => void;
}

/** The archive in pieces of a good size. Rejects with TRANSFER_FAILED when a file has changed meanwhile. */
export async function* archive(source: ArchiveSource): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of unevenPieces(source)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < pieceBytes) continue;
    yield pieces.length === 1 ? piece : Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  yield Buffer.concat([...pieces, archiveEnd]);
}

async function* unevenPieces(source: ArchiveSource): AsyncGenerator<Buffer> {
  const { entries } = source;
  const ahead: Promise<Content>[] = [];
  const begin = (entry: TreeEntry) => {
    const content = contentOf(source, entry);
    // Whoever comes to it meets the error.
    content.catch(() => {});
    ahead.push(content);
  };
  for (const entry of entries.slice(0, filesAhead)) begin(entry);
  for (const [index, entry] of entries.entries()) {
    const later = entries[index + filesAhead];
    if (later !== undefined) begin(later);
    yield tarHeader(entry);
    yield* (await ahead.shift()) ?? [];
    if (entry.kind === "file") yield padding(entry.size);
  }
}

type Content = Iterable<Buffer> | AsyncIterable<Buffer>;

async function contentOf(source: ArchiveSource, entry: TreeEntry): Promise<Content> {
  if (entry.kind !== "file") return [];
  if (entry.size > smallBytes) return largeFile(source, entry);
  const content: Buffer[] = [];
  for await (const piece of largeFile(source, entry)) content.push(piece);
  return content;
}

async function* largeFile(source: ArchiveSource, entry: TreeEntry): AsyncGenerator<Buffer> {
  const hash = newDigest(source.digest);
  await using file = await openPlain(source.root, entry.path);
  for await (const piece of filePieces(file, { size: entry.size, name: shownPath(entry.path) })) {
    hash.update(piece);
    yield piece;
  }
  source.sent({ ...entry, digest: hash.digest("hex") });
}
