import { expect, test } from "vitest";
import { kernelText, possibleKernels } from "./module-kernel.js";

test.each([
  ["6.0.3-hs3b38fa5059", "present", "patched kernel before 6.1"],
  ["6.0.3", "absent", "unpatched kernel before 6.1"],
  // it could be either: which one is told by what it was built from
  ["6.0.3", "unknown", "patched kernel before 6.1 or unpatched kernel before 6.1"],
  ["6.1.0-56-amd64", "absent", "unpatched kernel from 6.1 on"],
  // a kernel that hides its symbols can only be one the patch does not fit
  ["6.12.9", "unknown", "unpatched kernel from 6.1 on"],
  ["10.0.1", "absent", "unpatched kernel from 6.1 on"],
] as const)("%s with the patch %s can be: %s", (release, patch, words) => {
  expect(possibleKernels({ release, patch }).map(kernelText).join(" or ")).toBe(words);
});

test("a release without a version is refused", () => {
  expect(() => possibleKernels({ release: "next", patch: "absent" })).toThrow(/"next"/);
});
