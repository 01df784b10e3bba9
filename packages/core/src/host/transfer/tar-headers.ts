import type { BytePath } from "./byte-path.js";
import { pathBytes } from "./byte-path.js";
import type { TreeEntry } from "./tree-entry.js";

/** Tar is made of blocks of this size. */
const blockBytes = 512;
/** The end of an archive. */
export const archiveEnd = Buffer.alloc(2 * blockBytes);

const longestName = 100;
const largestOctal = 8 ** 11 - 1;

type Type = "0" | "2" | "5" | "K" | "L";
const types = { directory: "5", file: "0", link: "2" } as const;

/**
 * The blocks before an entry's content, as GNU tar, busybox and libarchive read them. Owner and group
 * are not told: what is unpacked belongs to who unpacks it.
 */
export function tarHeader(entry: TreeEntry): Buffer {
  const { kind, mode, mtimeS } = entry;
  if (kind === "other") throw new Error("a special file cannot be put into an archive");
  const { name, target } = namesOf(entry);
  const size = entry.size;
  return Buffer.concat([
    ...(target.length > longestName ? longField("K", target) : []),
    ...(name.length > longestName ? longField("L", name) : []),
    block({ type: types[kind], name, target, mode, size, mtimeS }),
  ]);
}

/** Zeros that fill the last block of a content. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

function namesOf({ path, kind, target }: TreeEntry) {
  const name = pathBytes(`./${path}${kind === "directory" ? "/" : ""}`);
  return { name, target: pathBytes(target ?? "") };
}

const blocksOf = (bytes: number) => Math.ceil(bytes / blockBytes);

/** What an entry takes in an archive, content included. */
export function archivedBytes(entry: TreeEntry): number {
  const { name, target } = namesOf(entry);
  const long = [name, target].filter(({ length }) => length > longestName);
  const blocks = long.reduce((sum, { length }) => sum + 1 + blocksOf(length + 1), 1);
  return (blocks + blocksOf(entry.size)) * blockBytes;
}

/** GNU's way of saying a name or target that does not fit: an entry with it as content. */
function longField(type: "K" | "L", text: Buffer): Buffer[] {
  const content = Buffer.concat([text, Buffer.alloc(1)]);
  const name = pathBytes("././@LongLink" satisfies BytePath);
  const fields = { type, name, target: Buffer.alloc(0), mode: 0o644, mtimeS: 0 };
  return [block({ ...fields, size: content.length }), content, padding(content.length)];
}

interface Fields {
  readonly type: Type;
  readonly name: Buffer;
  readonly target: Buffer;
  readonly mode: number;
  readonly size: number;
  readonly mtimeS: number;
}

function block(fields: Fields): Buffer {
  const header = Buffer.alloc(blockBytes);
  fields.name.copy(header, 0, 0, longestName);
  header.write(octal(fields.mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  if (fields.size > largestOctal) {
    // GNU's way of saying a size of 8 GiB or more: in base 256.
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(fields.size), 128);
  } else {
    header.write(octal(fields.size, 11), 124);
  }
  header.write(octal(Math.min(Math.max(fields.mtimeS, 0), largestOctal), 11), 136);
  header.write(" ".repeat(8), 148);
  header.write(fields.type, 156);
  fields.target.copy(header, 157, 0, longestName);
  header.write("ustar  \0", 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
