import { expect, test } from "vitest";
import { hasPvhEntry } from "./pvh-entry.js";

/** A note as ELF files have it: lengths, type, owner, value, each padded to four bytes. */
function note(owner: string, type: number, value: Buffer): Buffer {
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const head = Buffer.alloc(12);
  [owner.length, value.length, type].forEach((word, index) => {
    head.writeUInt32LE(word, index * 4);
  });
  return Buffer.concat([head, padded(Buffer.from(owner, "latin1")), padded(value)]);
}

/** A 64-bit ELF file of one segment to be loaded and one of notes. */
function kernel(...notes: Buffer[]): Buffer {
  const [content, headers] = [Buffer.concat(notes), Buffer.alloc(2 * 56)];
  const head = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head);
  head.writeBigUInt64LE(64n, 0x20);
  head.writeUInt16LE(56, 0x36);
  head.writeUInt16LE(2, 0x38);
  headers.writeUInt32LE(1, 0);
  headers.writeUInt32LE(4, 56);
  headers.writeBigUInt64LE(BigInt(64 + headers.length), 56 + 8);
  headers.writeBigUInt64LE(BigInt(content.length), 56 + 0x20);
  return Buffer.concat([head, headers, content]);
}

const build = note("GNU\0", 3, Buffer.alloc(20, 7));
const entry = note("Xen\0", 18, Buffer.alloc(8, 1));

test("the entry is one note of several", () => {
  expect(hasPvhEntry(kernel(build, note("Linux\0", 257, Buffer.alloc(6)), entry))).toBe(true);
});

test.each([
  ["other notes only", kernel(build, note("Xen\0", 6, Buffer.from("linux\0")))],
  ["another owner's note of that number", kernel(note("GNU\0", 18, Buffer.alloc(8)))],
  ["no notes", kernel()],
  ["a cut file", kernel(build, entry).subarray(0, 150)],
  ["a 32-bit file", Buffer.from(kernel(entry)).fill(1, 4, 5)],
  ["a packed kernel", Buffer.alloc(4096, "MZ")],
  ["nothing", Buffer.of()],
])("%s is no entry", (_, file) => {
  expect(hasPvhEntry(file)).toBe(false);
});
