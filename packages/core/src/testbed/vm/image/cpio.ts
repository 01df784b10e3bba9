import { type FileHandle, open, readFile } from "node:fs/promises";

/** One file of an archive; owned by root, whoever writes it. */
export type ArchiveEntry = { readonly path: string } & (
  | { readonly type: "directory"; readonly mode: number }
  | { readonly type: "file"; readonly mode: number; readonly content: string | Uint8Array }
  | { readonly type: "copy"; readonly mode: number; readonly source: string }
  | { readonly type: "link"; readonly target: string }
  | { readonly type: "device"; readonly mode: number; readonly numbers: readonly [number, number] }
);

const kinds = {
  directory: 0o040000,
  file: 0o100000,
  copy: 0o100000,
  link: 0o120000,
  device: 0o020000,
};

/**
 * The bytes of one entry in the "newc" format the kernel unpacks (its
 * Documentation/driver-api/early-userspace/buffer-format): a header of 13 hexadecimal numbers, the
 * name and the content, each padded to a multiple of four.
 */
export function archiveRecord(entry: ArchiveEntry, content: Uint8Array, inode: number): Buffer {
  const mode = entry.type === "link" ? 0o777 : entry.mode;
  const [major, minor] = entry.type === "device" ? entry.numbers : [0, 0];
  const name = Buffer.from(`${entry.path}\0`);
  const links = entry.type === "directory" ? 2 : 1;
  const numbers = [inode, kinds[entry.type] | mode, 0, 0, links, 0, content.length];
  const rest = [0, 0, major, minor, name.length, 0];
  const fields = [...numbers, ...rest].map((value) => value.toString(16).padStart(8, "0"));
  const header = Buffer.concat([Buffer.from(`070701${fields.join("")}`), name]);
  return Buffer.concat([header, padding(header.length), content, padding(content.length)]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}

async function contentOf(entry: ArchiveEntry): Promise<Uint8Array> {
  if (entry.type === "file") return Buffer.from(entry.content);
  if (entry.type === "copy") return await readFile(entry.source);
  return entry.type === "link" ? Buffer.from(entry.target) : new Uint8Array();
}

/** Writes an archive the kernel takes as its first root file system; says how many bytes it has. */
export async function writeArchive(
  file: string,
  entries: readonly ArchiveEntry[],
  signal?: AbortSignal,
): Promise<number> {
  const handle: FileHandle = await open(file, "w");
  let bytes = 0;
  try {
    const trailer: ArchiveEntry = { path: "TRAILER!!!", type: "file", mode: 0, content: "" };
    let inode = 1;
    for (const entry of [...entries, trailer]) {
      signal?.throwIfAborted();
      const record = archiveRecord(entry, await contentOf(entry), inode++);
      await handle.writeFile(record);
      bytes += record.length;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}
