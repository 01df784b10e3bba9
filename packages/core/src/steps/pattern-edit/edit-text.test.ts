import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editText, type PatternEdit } from "./edit-text.js";

const edit = (pattern: string, replacement: string, count = 1): PatternEdit => ({
  pattern,
  replacement,
  count,
});

test.each([
  ["a plain edit", "CC=gcc\n", [edit("gcc", "clang")], "CC=clang\n"],
  ["several places", "x y x", [edit("x", "z", 2)], "z y z"],
  [
    "a replacement that holds its pattern",
    "int a;\n",
    [edit("int a;\n", "int a;\nint b;\n")],
    "int a;\nint b;\n",
  ],
  ["a pattern that holds its replacement", "-O2 -g x", [edit("-O2 -g", "-O2")], "-O2 x"],
  [
    "signs that mean something in regular expressions or $ patterns",
    "a.*(b)",
    [edit(".*(b)", "$&$1\\1")],
    "a$&$1\\1",
  ],
  [
    "an edit of what the one before has made",
    "one",
    [edit("one", "two(1)"), edit("(1)", "[1]")],
    undefined,
  ],
  ["edits of neighbours", "one two", [edit("one", "1"), edit(" two", " 2")], "1 2"],
])("makes %s once", (...[, text, edits, wanted]) => {
  const edited = editText(text, edits);
  if (wanted === undefined) expect(edited.kind).toBe("refused");
  else {
    expect(edited).toEqual({ kind: "text", text: wanted });
    expect(editText(wanted, edits)).toEqual({ kind: "text", text: wanted });
  }
});

describe("refuses", () => {
  test.each([
    ["another count", "x x", [edit("x", "y")], '"x" is there 2 times, not 1'],
    ["nothing found", "", [edit("x", "y")], '"x" is there 0 times, not 1'],
    [
      "half made",
      "y b",
      [edit("a", "y"), edit("b", "c")],
      '"a" is there 0 times, not 1; its replacement "y" is there 1 times',
    ],
    [
      "a replacement found elsewhere",
      "x y",
      [edit("x", "y")],
      'its replacement "y" is there 1 times',
    ],
    ["a new pattern at the seam", "aab", [edit("ab", "b")], "interfere"],
  ])("%s", (...[, text, edits, words]) => {
    expect(editText(text, edits)).toEqual({
      kind: "refused",
      reason: expect.stringContaining(words),
    });
  });
});

test("what is edited is always recognised as edited", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 12 }),
      word,
      word,
      (text, pattern, replacement) => {
        fc.pre(pattern !== replacement);
        const edited = editText(text, [edit(pattern, replacement)]);
        if (edited.kind === "text")
          expect(editText(edited.text, [edit(pattern, replacement)])).toEqual(edited);
      },
    ),
    { numRuns: 2000 },
  );
});
