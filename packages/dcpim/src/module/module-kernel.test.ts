import { expect, test } from "vitest";
import { kernelText, moduleKernelOf } from "./module-kernel.js";

test.each([
  ["6.0.3-hs3b38fa5059", "present", "patched kernel before 6.1"],
  ["6.0.3", "absent", "unpatched kernel before 6.1"],
  ["6.1.0-56-amd64", "absent", "unpatched kernel from 6.1 on"],
  // a kernel that hides its symbols can only be one the patch does not fit
  ["6.12.9", "unknown", "unpatched kernel from 6.1 on"],
  ["10.0.1", "absent", "unpatched kernel from 6.1 on"],
] as const)("%s with the patch %s is a(n) %s", (release, patch, words) => {
  expect(kernelText(moduleKernelOf({ release, patch }, "server"))).toBe(words);
});

test("a 6.0 kernel that hides its symbols could be either, and is refused", () => {
  expect(() => moduleKernelOf({ release: "6.0.3", patch: "unknown" }, "server")).toThrow(
    /server does not show whether its kernel 6\.0\.3 has dcPIM's patch/,
  );
});

test("a release without a version is refused", () => {
  expect(() => moduleKernelOf({ release: "next", patch: "absent" }, "server")).toThrow(/"next"/);
});
