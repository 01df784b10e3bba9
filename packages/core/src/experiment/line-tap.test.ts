import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { LineTap } from "./line-tap.js";

test("bytes pass unchanged and lines are seen across chunks and inside characters", async () => {
  const bytes = Buffer.from("one\r\ntwo µs\nlast");
  const seen: string[] = [];
  // one byte at a time cuts the two bytes of µ apart
  const source = Readable.from([...bytes].map((byte) => Buffer.of(byte)));
  expect(await buffer(source.pipe(new LineTap((line) => seen.push(line))))).toEqual(bytes);
  expect(seen).toEqual(["one", "two µs", "last"]);
});

test("a line without end does not grow without bound", async () => {
  const seen: string[] = [];
  const source = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, "x")));
  await buffer(source.pipe(new LineTap((line) => seen.push(line))));
  expect(seen[0]?.length).toBeLessThanOrEqual(2 * 65_536);
});
