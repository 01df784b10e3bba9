import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { StretchDigests } from "./stretch-digests.js";

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

const digestsOf = (bytes: number, ...pieces: string[]): readonly string[] => {
  const digests = new StretchDigests("sha256", bytes);
  for (const piece of pieces) digests.update(Buffer.from(piece));
  return digests.end();
};

test("each is of so many bytes, however these come", () => {
  const wanted = ["abcd", "efgh", "ij"].map(digestOf);
  expect(digestsOf(4, "abcdefghij")).toEqual(wanted);
  expect(digestsOf(4, "abc", "defghi", "j")).toEqual(wanted);
  expect(digestsOf(4, ..."abcdefghij")).toEqual(wanted);
});

test("what ends with one has no empty one after it", () => {
  expect(digestsOf(4, "abcdefgh")).toEqual(["abcd", "efgh"].map(digestOf));
  expect(digestsOf(0)).toEqual([]);
});
