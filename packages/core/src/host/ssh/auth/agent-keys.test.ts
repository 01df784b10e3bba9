import { expect, test } from "vitest";
import { parseKeys } from "./agent-keys.js";

const field = (text: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
};
const answer = (type: number, count: number, ...fields: string[]) =>
  Buffer.concat([Buffer.from([type, 0, 0, 0, count]), ...fields.map(field)]);

test("reads the keys an agent lists, of any type", () => {
  expect(parseKeys(answer(12, 2, "blob", "me@here", "sk-blob", ""))).toEqual([
    { blob: Buffer.from("blob"), comment: "me@here" },
    { blob: Buffer.from("sk-blob"), comment: "" },
  ]);
  expect(parseKeys(answer(12, 0))).toEqual([]);
});

test.each([
  ["a refusal", Buffer.from([5])],
  ["an empty answer", Buffer.alloc(0)],
  ["fewer keys than it counts", answer(12, 2, "blob", "me@here")],
])("throws for %s", (_, bytes) => {
  expect(() => parseKeys(bytes)).toThrow();
});
