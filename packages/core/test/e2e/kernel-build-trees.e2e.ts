import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { returnOne, type TinyKernel, tinyKernel } from "../support/tiny-kernel.js";

let tiny: TinyKernel;
beforeEach(async () => {
  tiny = await tinyKernel();
});
afterEach(() => tiny[Symbol.asyncDispose]());

test("of a tree of the user's own, what he has changed is compiled", async () => {
  const source = { local: tiny.tree };
  const first = await tiny.build({ source });
  await tiny.compiled();
  await writeFile(join(tiny.tree, "c.c"), "int c(void) { return 33; }\n");
  const second = await tiny.build({ source });
  expect(second.release).not.toBe(first.release);
  expect(await tiny.compiled()).toEqual(["c"]);
});

test("an edit that is dropped is compiled out, also where another compiler has built from that tree", async () => {
  const source = { local: tiny.tree };
  const edits = [{ path: "b.c", edits: [{ pattern: "return 2;", replacement: "return 22;" }] }];
  await tiny.build({ source, compiler: "cc" });
  await tiny.build({ source, edits });
  expect(await readdir(join(tiny.path, "work", "lines"))).toHaveLength(2);
  await tiny.compiled();
  await writeFile(join(tiny.tree, "c.c"), "int c(void) { return 33; }\n");
  await tiny.build({ source });
  expect(await tiny.compiled()).toEqual(["b", "c"]);
});

test("objects in the sources are somebody else's, and stay as they are", async () => {
  const theirs = join(tiny.tree, "hs-out");
  await mkdir(theirs);
  await writeFile(join(theirs, ".config"), "CONFIG_THEIRS=y\n");
  await writeFile(join(theirs, "theirs.o"), "");
  await tiny.build({ source: { local: tiny.tree } });
  const work = join(tiny.path, "work");
  const [[source = ""], [line = ""]] = (await Promise.all(
    ["sources", "lines"].map((name) => readdir(join(work, name))),
  )) as [string[], string[]];
  const sent = join(work, "sources", source, "pristine", "hs-out", ".config");
  expect(await readFile(sent, "utf8")).toBe("CONFIG_THEIRS=y\n");
  expect(existsSync(join(work, "lines", line, "tree", "hs-out", "theirs.o"))).toBe(false);
});

test("a patch or an edited file that is no text is refused by name", async () => {
  const text = `${returnOne("11")}\0`;
  await expect(tiny.build({ patches: [{ name: "odd", text }] })).rejects.toThrow(/NUL/);
  await writeFile(join(tiny.tree, "odd.bin"), "one\0");
  const edits = [{ path: "odd.bin", edits: [{ pattern: "one", replacement: "two" }] }];
  await expect(tiny.build({ source: { local: tiny.tree }, edits })).rejects.toThrow(
    "the edit of odd.bin does not fit: it is no text",
  );
});

test("an edit leaves a program of the sources executable", async () => {
  await writeFile(join(tiny.tree, "tool.sh"), "echo one\n", { mode: 0o755 });
  const edits = [{ path: "tool.sh", edits: [{ pattern: "one", replacement: "two" }] }];
  await tiny.build({ source: { local: tiny.tree }, edits });
  const lines = join(tiny.path, "work", "lines");
  const tools = (await readdir(lines)).map((line) => join(lines, line, "tree/tool.sh"));
  const [tool = ""] = tools.filter((path) => existsSync(path));
  expect(await readFile(tool, "utf8")).toBe("echo two\n");
  expect((await stat(tool)).mode & 0o777).toBe(0o555);
  await rm(join(tiny.tree, "tool.sh"));
});
