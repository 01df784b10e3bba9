import { expect, test } from "vitest";
import { taintFlags, taintWords } from "./taint.js";

test.each([
  [0, "", "0: not tainted"],
  [1, "P", "1: P (a proprietary module was loaded)"],
  [
    12288,
    "OE",
    /^12288: O \(.*outside the kernel's tree.*\), E \(an unsigned module was loaded\)$/,
  ],
  [4736, "DWO", /^4736: D \(.*oops.*\), W \(.*warning\), O \(/],
  [2 ** 18, "N", /^262144: N \(a test inside/],
  [2 ** 40 + 1, "P?", /\? \(bit 40, which this version does not know\)$/],
])("%d is decoded by bit", (tainted, letters, words) => {
  expect(
    taintFlags(tainted)
      .map(({ letter }) => letter)
      .join(""),
  ).toBe(letters);
  expect(taintWords(tainted)).toMatch(words);
});
