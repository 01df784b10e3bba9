import { breather } from "./breather.js";
import { type DigestName, newDigest } from "./digest.js";
import { pieceBytes } from "./file-pieces.js";
import { contentOf } from "./local-content.js";
import { archivedBytes, archiveEnd, padding, tarHeader } from "./tar-headers.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

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
  const breathe = breather();
  for (const entry of source.entries) {
    await breathe();
    yield tarHeader(entry);
    if (entry.kind !== "file") continue;
    const hash = newDigest(source.digest);
    for await (const piece of contentOf(source.root, entry)) {
      hash.update(piece);
      yield piece;
    }
    source.sent({ ...entry, digest: hash.digest("hex") });
    yield padding(entry.size);
  }
}
