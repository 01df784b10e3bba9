import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { hoststackError } from "../errors/error.js";
import { bytePath } from "../host/transfer/byte-path.js";
import { archiveEnd, padding, tarHeader } from "../host/transfer/tar-headers.js";

/** A file of an archive: one of the disk, or a text. */
export interface ArchiveFile {
  /** Below the archive's directory, with slashes. */
  readonly path: string;
  readonly content: { readonly source: string; readonly bytes: number } | { readonly text: string };
}

/** A file with what was found in it. */
export interface SummedFile extends ArchiveFile {
  /** In hexadecimal. */
  readonly sha256: string;
}

function open({ content }: ArchiveFile): Readable {
  return "text" in content
    ? Readable.from([Buffer.from(content.text)])
    : createReadStream(content.source);
}

const sizeOf = ({ content }: ArchiveFile): number =>
  "text" in content ? Buffer.byteLength(content.text) : content.bytes;

/** The digest of a file. */
export async function summed(file: ArchiveFile): Promise<SummedFile> {
  const hash = createHash("sha256");
  for await (const chunk of open(file)) hash.update(chunk as Buffer);
  return { ...file, sha256: hash.digest("hex") };
}

const changed = (path: string) =>
  hoststackError("BUNDLE_REFUSED", `${path} changed while it was bundled`, {
    remedy: "wait until nothing writes into the run directory any more",
    details: { path },
  });

async function* blocks(
  files: readonly SummedFile[],
  { directory, mtimeS }: { readonly directory: string; readonly mtimeS: number },
): AsyncGenerator<Buffer> {
  for (const file of files) {
    const size = sizeOf(file);
    const path = bytePath(`${directory}/${file.path}`);
    yield tarHeader({ path, kind: "file", mode: 0o644, size, mtimeS });
    const hash = createHash("sha256");
    let sent = 0;
    for await (const chunk of open(file)) {
      sent += (chunk as Buffer).length;
      if (sent > size) throw changed(file.path);
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
    if (sent !== size || hash.digest("hex") !== file.sha256) throw changed(file.path);
    yield padding(size);
  }
  yield archiveEnd;
}

/**
 * Writes a gzipped tar archive with all files in one directory. The same files give the same bytes: owners are left out,
 * all times are `mtimeS`. Throws BUNDLE_REFUSED when a file changed since its digest was made.
 */
export async function writeArchive(
  target: string,
  files: readonly SummedFile[],
  about: { readonly directory: string; readonly mtimeS: number },
): Promise<void> {
  await pipeline(
    Readable.from(blocks(files, about)),
    createGzip(),
    createWriteStream(target, { flags: "wx" }),
  );
}
