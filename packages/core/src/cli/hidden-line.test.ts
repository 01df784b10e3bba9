import { expect, test } from "vitest";
import { HiddenLine } from "./hidden-line.js";

test.each([
  ["secret\r", "done", "secret"],
  ["sek\x7f\x7fcret\n", "done", "scret"],
  ["wrong\x15pä💡\r", "done", "pä💡"],
  ["no newline", "goes on", "no newline"],
  ["ab\x04", "done", "ab"],
  ["\x04", "broken off", ""],
  ["ab\x03c\r", "broken off", "ab"],
  ["first\rsecond\r", "done", "first"],
])("%j", (keys, outcome, text) => {
  const line = new HiddenLine();
  expect(line.type(keys)).toBe(outcome);
  expect(line.text).toBe(text);
});
