import { expect, test } from "vitest";
import { archivedBytes, padding, tarHeader } from "./tar-headers.js";
import type { TreeEntry } from "./tree-entry.js";

const entry: TreeEntry = { path: "a", kind: "file", mode: 0o644, size: 3, mtimeS: 1 };

test("a header says all of an entry, with a sum over it", () => {
  const header = tarHeader({ ...entry, mode: 0o4751, mtimeS: 1_700_000_000 });
  const text = header.toString("latin1");
  expect(text.slice(0, 4)).toBe("./a\0");
  expect(text.slice(100, 108)).toBe("0004751\0");
  expect(text.slice(124, 136)).toBe("00000000003\0");
  expect(text.slice(136, 148)).toBe("14524770400\0");
  expect(text.slice(156, 157)).toBe("0");
  const sum = Number.parseInt(text.slice(148, 154), 8);
  header.fill(" ", 148, 156);
  expect(header.reduce((total, byte) => total + byte, 0)).toBe(sum);
});

test("sizes of 8 GiB and more are told in base 256", () => {
  const size = 2 ** 33 + 5;
  const header = tarHeader({ ...entry, size });
  expect([header[124], Number(header.readBigUInt64BE(128))]).toEqual([0x80, size]);
  expect(tarHeader({ ...entry, size: 2 ** 33 - 1 }).toString("latin1", 124, 136)).toBe(
    "77777777777\0",
  );
});

test("times before 1970 and far ahead are told as near as possible", () => {
  const time = (mtimeS: number) => tarHeader({ ...entry, mtimeS }).toString("latin1", 136, 147);
  expect(time(-5)).toBe("00000000000");
  expect(time(2 ** 40)).toBe("77777777777");
});

test("what takes how much", () => {
  expect([0, 1, 511, 512, 513].map((size) => padding(size).length)).toEqual([0, 511, 1, 0, 511]);
  expect(archivedBytes({ ...entry, size: 513 })).toBe(3 * 512);
  expect(archivedBytes({ ...entry, path: "p".repeat(98), size: 0 })).toBe(512);
  // One block says that a name follows, one holds it.
  expect(archivedBytes({ ...entry, path: "p".repeat(99), size: 0 })).toBe(3 * 512);
});
