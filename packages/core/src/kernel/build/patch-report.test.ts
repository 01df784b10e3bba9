import { expect, test } from "vitest";
import { parsePatchReport, patchObjection } from "./patch-report.js";

/** As GNU patch 2.7.6 prints it. */
const output = `Hmm...  Looks like a unified diff to me...
The text leading up to this was:
--------------------------
|--- a/net/f.c
|+++ b/net/f.c
--------------------------
checking file net/f.c
Using Plan A...
Hunk #1 succeeded at 9 (offset 2 lines).
Hunk #2 succeeded at 39 with fuzz 2 (offset -1 lines).
Hunk #3 FAILED at 50.
1 out of 3 hunks FAILED
checking file net/new.c
Using Plan A...
Hunk #1 succeeded at 1.
checking file net/g.c
Reversed (or previously applied) patch detected!  Skipping patch.
Hunk #1 ignored at 7.
done
`;

test("every hunk is told with its file, place, offset and fuzz", () => {
  expect(parsePatchReport(output)).toEqual([
    { file: "net/f.c", number: 1, outcome: "applies", line: 9, offset: 2, fuzz: 0 },
    { file: "net/f.c", number: 2, outcome: "applies", line: 39, offset: -1, fuzz: 2 },
    { file: "net/f.c", number: 3, outcome: "fails", line: 50, offset: 0, fuzz: 0 },
    { file: "net/new.c", number: 1, outcome: "applies", line: 1, offset: 0, fuzz: 0 },
    { file: "net/g.c", number: 1, outcome: "present", line: 7, offset: 0, fuzz: 0 },
  ]);
});

test("fuzz is refused unless allowed, and so is what fails or is there", () => {
  const hunks = parsePatchReport(output);
  expect(patchObjection(hunks, 0)).toBe(
    [
      "net/f.c, hunk 2 at line 39 fits only with a fuzz of 2, allowed is 0",
      "net/f.c, hunk 3 at line 50 does not fit",
      "net/g.c, hunk 1 at line 7 is there already",
    ].join("\n"),
  );
  expect(patchObjection(hunks.slice(0, 2), 2)).toBeUndefined();
});

test("a file that is not there is told by the name the patch has for it", () => {
  const missing = `can't find file to patch at input line 3
|--- a/q/w.c
|+++ b/q/w.c
--------------------------
File to patch:
Skip this patch? [y]
Skipping patch.
Hunk #1 ignored at 1.
`;
  expect(patchObjection(parsePatchReport(missing), 0)).toBe(
    "b/q/w.c, hunk 1 at line 1 does not fit",
  );
});
