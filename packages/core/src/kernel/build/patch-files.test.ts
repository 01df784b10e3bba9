import { expect, test } from "vitest";
import { patchFiles } from "./patch-files.js";

test("names the files of a patch, with a date after the name or without", () => {
  const text = `Subject: not a --- name
diff -u a/net/a.c b/net/a.c
--- a/net/a.c\t2026-01-01 00:00:00 +0000
+++ b/net/a.c\t2026-01-01 00:00:00 +0000
@@ -1 +1 @@
-x
+y
--- /dev/null
+++ b/net/new.c
@@ -0,0 +1,2 @@
+one
+two
`;
  expect(patchFiles(text, 1)).toEqual(["net/a.c", "net/new.c"]);
  expect(patchFiles(text, 2)).toEqual(["a.c", "new.c"]);
  expect(patchFiles(text, 9)).toEqual([]);
});

test("a removed line that looks like a header is none", () => {
  const text = `--- a/x
+++ b/x
@@ -1,3 +1,2 @@
 one
--- a/secret
 three
--- a/y
+++ b/y
@@ -1 +1 @@
-a
\\ No newline at end of file
+b
\\ No newline at end of file
`;
  expect(patchFiles(text, 1)).toEqual(["x", "y"]);
});

test("a renamed file has two names", () => {
  const text = "diff --git a/old.c b/new.c\nrename from old.c\nrename to new.c\n";
  expect(patchFiles(text, 1)).toEqual(["old.c", "new.c"]);
});
