import { describe, expect, test } from "vitest";
import { checkReceivedTree } from "./received-tree.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

function treeOf(...entries: (Pick<TreeEntry, "path" | "kind"> & { target?: string })[]): Tree {
  const root = { path: ".", kind: "directory" } as const;
  return new Map(
    [root, ...entries].map((entry) => [entry.path, { mode: 0o755, size: 0, mtimeS: 0, ...entry }]),
  );
}

const directory = (path: string) => ({ path, kind: "directory" }) as const;
const file = (path: string) => ({ path, kind: "file" }) as const;
const link = (path: string, target: string) => ({ path, kind: "link", target }) as const;

describe("a received tree", () => {
  test.each([
    [".. above it", treeOf(file("../x"))],
    [".. within a path", treeOf(directory("a"), file("a/../x"))],
    ["an absolute path", treeOf(file("/etc/passwd"))],
    ["an empty name", treeOf(directory("a"), file("a//x"))],
    ["a file without its directory", treeOf(file("a/x"))],
    ["a file below a link", treeOf(directory("b"), link("a", "b"), file("a/x"))],
    ["a file below a file", treeOf(file("a"), file("a/x"))],
    ["an absolute link", treeOf(link("a", "/etc"))],
    ["a link above it", treeOf(link("a", ".."))],
    ["a link far above it", treeOf(directory("d"), link("d/a", "../../x"))],
    ["a link out and in again", treeOf(link("a", "../tree/b"))],
    [
      "a link out by way of another",
      treeOf(directory("d"), link("d/up", ".."), link("a", "d/up/..")),
    ],
    ["a link by way of an absolute one", treeOf(link("a", "b/x"), link("b", "/etc"))],
    ["a link out of a place that is not there", treeOf(link("a", "missing/../../x"))],
    ["a device", treeOf({ path: "a", kind: "other" })],
  ])("is refused with %s", (_, tree) => {
    expect(() => checkReceivedTree(tree, "the host")).toThrow(
      expect.objectContaining({ code: "TRANSFER_FAILED" }),
    );
  });

  test("is refused when it is no directory", () => {
    const entry = { path: ".", kind: "file", mode: 0, size: 0, mtimeS: 0 } as const;
    expect(() => checkReceivedTree(new Map([[".", entry]]), "the host")).toThrow("not a directory");
    expect(() => checkReceivedTree(new Map(), "the host")).toThrow("not a directory");
  });

  test("may hold links that stay within it", () => {
    const tree = treeOf(
      directory("d"),
      directory("d/e"),
      file("x"),
      link("a", "x"),
      link("b", "missing"),
      link("d/c", "../x"),
      link("d/e/f", "../../d/./c"),
      link("loop", "loop"),
      link("self", "."),
      link("through", "d/e/../c"),
    );
    expect(() => checkReceivedTree(tree, "the host")).not.toThrow();
  });
});
