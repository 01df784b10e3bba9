import { expect, test } from "vitest";
import { cut, hang, wrap } from "./wrap.js";

test("lines break between words; a longer word stays whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("one immeasurable two", 5)).toEqual(["one", "immeasurable", "two"]);
  expect(wrap("one two", Number.POSITIVE_INFINITY)).toEqual(["one two"]);
});

test("further lines are indented as far as the first", () => {
  expect(hang("- ", "one two three", 9)).toEqual(["- one two", "  three"]);
});

test("cut text ends in an ellipsis", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdef", 4)).toBe("abc…");
  expect(cut("abcdef", 0)).toBe("");
});
