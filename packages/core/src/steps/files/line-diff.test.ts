import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lineDiff } from "./line-diff.js";

const text = fc
  .array(fc.constantFrom("a", "b", "c", "", " x"), { maxLength: 30 })
  .chain((lines) => fc.constantFrom(lines.join("\n"), `${lines.join("\n")}\n`));

test("git applies it to the old text and gets the new one", () => {
  const directory = mkdtempSync(join(tmpdir(), "hoststack-diff-"));
  const file = join(directory, "f");
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== "" && after !== "");
        writeFileSync(file, before);
        const diff = lineDiff("f", before, after);
        expect(diff === "").toBe(before === after);
        const argv = ["apply", "-p0", "--whitespace=nowarn"];
        if (diff !== "") execFileSync("git", argv, { cwd: directory, input: diff });
        expect(readFileSync(file, "utf8")).toBe(after);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("shows distant changes of a long text with little around them", () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`);
  const changed = lines.map((line, index) => (index === 5 || index === 29_000 ? "new\n" : line));
  const diff = lineDiff("/etc/x", lines.join(""), changed.join(""));
  expect(diff.split("\n")).toHaveLength(2 + 2 * (1 + 8) + 1);
  expect(diff).toContain("@@ -3,7 +3,7 @@\n line 2\n line 3\n line 4\n-line 5\n+new\n line 6\n");
});

test("a text that is new, gone, or another altogether", () => {
  expect(lineDiff("f", "", "a\nb")).toBe(
    "--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n",
  );
  expect(lineDiff("f", "a\n", "")).toBe("--- f\n+++ f\n@@ -1,1 +0,0 @@\n-a\n");
  const numbers = (from: number) => Array.from({ length: 900 }, (_, index) => `${from + index}\n`);
  const diff = lineDiff("f", numbers(0).join(""), numbers(1000).join(""));
  expect(diff.match(/^-\d/gm)).toHaveLength(900);
  expect(diff.match(/^\+\d/gm)).toHaveLength(900);
});
