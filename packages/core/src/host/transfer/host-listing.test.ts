import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readListing } from "./host-listing.js";
import { Incoming } from "./incoming.js";

async function listed(text: string, pieceBytes = 1 << 20) {
  const bytes = Buffer.from(text, "latin1");
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  return [
    ...(await readListing(new Incoming(Readable.from(pieces), () => {}), "the host")).values(),
  ];
}

const digest = "0f".repeat(32);
const names = "./two\nlines\0./back\\slash\0";
const entries = `entries 4\n.\0${names}./link\x00041ed 4096 5\n81a4 7 -1\n89ed 8 6\na1ff 3 7\n`;
const links = "links 1\n./link\0no\nwhere\0end\n";
const escaped = `files 2\n${names}\\${digest}  ./two\\nlines\n\\${digest}  ./back\\\\slash\n`;
const plain = `files 2\n${names}${digest}  ./two\nlines\n${digest}  ./back\\slash\n`;

const wanted = [
  { path: ".", kind: "directory", mode: 0o755, size: 0, mtimeS: 5 },
  { path: "two\nlines", kind: "file", mode: 0o644, size: 7, mtimeS: -1, digest },
  { path: "back\\slash", kind: "file", mode: 0o4755, size: 8, mtimeS: 6, digest },
  { path: "link", kind: "link", mode: 0o777, size: 0, mtimeS: 7, target: "no\nwhere" },
];

test.each([
  ["coreutils", escaped],
  ["busybox", plain],
])("a listing of %s is read, however it is cut", async (_, files) => {
  expect(await listed(entries + files + links)).toEqual(wanted);
  expect(await listed(entries + files + links, 1)).toEqual(wanted);
});

test.each([
  ["nothing", ""],
  ["no end", entries],
  ["something else", "busybox: not found\nend\n"],
  ["the same name twice", "entries 2\n.\0.\x00041ed 0 0\n41ed 0 0\nend\n"],
  ["a name too many", "entries 2\n.\x00041ed 0 0\nend\n"],
  ["a digest of a directory", `entries 1\n.\x00041ed 0 0\nfiles 1\n.\0${digest}  .\nend\n`],
  ["a digest of nothing", `entries 1\n.\x00041ed 0 0\nfiles 1\n./x\0${digest}  ./x\nend\n`],
  ["no digest", `${entries}files 1\n./back\\slash\0sum: cannot read\nend\n`],
  ["a target of a file", `${entries}links 1\n./back\\slash\0x\0end\n`],
])("a listing with %s is refused", async (_, text) => {
  await expect(listed(text)).rejects.toMatchObject({ code: "TRANSFER_FAILED" });
});

test("a name without end is refused", async () => {
  await expect(listed(`entries 1\n${"x".repeat(1 << 20)}`, 4096)).rejects.toMatchObject({
    code: "TRANSFER_FAILED",
  });
});

test("more names than a tree can have are not even read", async () => {
  let sent = 0;
  const names = function* () {
    yield Buffer.from("entries 2000001\n");
    for (; sent < 3_000_000; sent++) yield Buffer.from(`./${sent}\0`);
  };
  const incoming = new Incoming(Readable.from(names()), () => {});
  await expect(readListing(incoming, "the host")).rejects.toMatchObject({
    message: expect.stringContaining("2000001 names"),
  });
  expect(sent).toBeLessThan(500_000);
});
