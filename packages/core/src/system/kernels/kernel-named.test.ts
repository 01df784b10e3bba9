import { expect, test } from "vitest";
import { defineSystem } from "../system.js";
import { kernelKey, kernelNamed, kernelNames } from "./kernel-named.js";
import type { SystemKernel } from "./system-kernel.js";

const patch = {
  ...{ repository: "https://example.org/lab.git", commit: "a".repeat(40), path: "kernel.patch" },
};
const patched: SystemKernel = {
  ...{ summary: "patched", version: "6.0.3", tarball: "https://example.org/linux.tar.gz" },
  patches: [patch],
};
const lab = (kernels: Readonly<Record<string, SystemKernel>>) =>
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {}, kernels },
    guest: () => {
      throw new Error("not of this test");
    },
  });

test("a kernel is found by its name, and a wrong one says which there are", () => {
  const system = lab({ patched });
  expect(kernelNamed(system, "patched")).toBe(patched);
  expect(kernelNames(system)).toEqual(["stock", "patched"]);
  for (const name of ["patchd", "stock", "toString"]) {
    expect(() => kernelNamed(system, name)).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        remedy: expect.stringContaining("it has patched; stock is the distribution's"),
      }),
    );
  }
});

test("what decides what is built tells builds apart; words for people do not", () => {
  const keyOf = (kernel: SystemKernel) => kernelKey(lab({ patched: kernel }), "patched");
  const own = keyOf(patched);
  expect(keyOf({ ...patched, summary: "another" })).toBe(own);
  const others: readonly SystemKernel[] = [
    { ...patched, version: "6.0.4" },
    { ...patched, patches: [] },
    { ...patched, patches: [{ ...patch, commit: "b".repeat(40) }] },
    { ...patched, patches: [{ ...patch, path: "other.patch" }] },
    { ...patched, set: { NET: "y" } },
  ];
  expect(new Set([own, ...others.map(keyOf)]).size).toBe(others.length + 1);
});
