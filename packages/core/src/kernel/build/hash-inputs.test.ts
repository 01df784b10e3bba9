import { expect, test } from "vitest";
import { hashOf, kernelTag } from "./hash-inputs.js";

test("equal inputs have equal tags, whatever the order of their fields", () => {
  const tag = kernelTag({ source: "a", config: { set: { NET: "y", BPF: "n" } } });
  expect(tag).toBe(kernelTag({ config: { set: { BPF: "n", NET: "y" } }, source: "a" }));
  expect(tag).toMatch(/^hs[0-9a-f]{10}$/);
});

test.each([
  [{ patches: ["a", "b"] }, { patches: ["b", "a"] }],
  [{ set: { NET: "y" } }, { set: { NET: "m" } }],
  [{ set: { N: 1 } }, { set: { N: "1" } }],
  [{ a: ["b"] }, { a: { 0: "b" } }],
])("%j and %j differ", (one, other) => {
  expect(hashOf(one)).not.toBe(hashOf(other));
});
