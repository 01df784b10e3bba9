// @ts-check
import { expect, test } from "vitest";
import { obstacle, packageNames } from "./preflight.mjs";

const qemu = { program: "qemu-system-x86_64", package: "qemu-system-x86" };

/** A computer where nothing stands in the way. */
const ready = {
  platform: "linux",
  arch: "x64",
  nodeVersion: "20.19.0",
  isRoot: true,
  hasSudo: false,
  hasApt: true,
  writable: true,
  root: "/checkout",
  cache: "/home/user/.cache/hoststack",
  npmPackages: 300,
  missing: [qemu],
  spaceAt: () => ({ device: 1, freeMib: 10_000 }),
};

test("nothing stands in the way of root on a fresh Debian", () => {
  expect(obstacle(ready)).toBeUndefined();
});

test("a user without root needs none once the programs are there", () => {
  expect(obstacle({ ...ready, isRoot: false, missing: [] })).toBeUndefined();
});

test.each([
  ["another system", { platform: "darwin" }, /Linux/],
  ["another processor", { arch: "arm64" }, /x86-64/],
  ["an old Node", { nodeVersion: "18.20.4" }, /Node 20\.19/],
  ["an old Node 20", { nodeVersion: "20.9.0" }, /Node 20\.19/],
  ["no apt", { hasApt: false }, /no apt-get.*qemu-system-x86_64/],
  ["no root and no sudo", { isRoot: false }, /apt-get install .*qemu-system-x86"/],
  ["a checkout of someone else's", { writable: false }, /cannot write.*chown/],
  ["a full disk", { spaceAt: () => ({ device: 1, freeMib: 90 }) }, /90 MiB are free/],
])("%s is one sentence with a remedy", (_name, change, words) => {
  const sentence = obstacle({ ...ready, ...change });
  expect(sentence).toMatch(words);
  expect(sentence).not.toContain("\n");
});

test("a package two programs come in is named once", () => {
  const needs = [qemu, { program: "setpriv", package: "util-linux" }];
  expect(packageNames([...needs, { program: "flock", package: "util-linux" }])).toEqual([
    "qemu-system-x86",
    "util-linux",
  ]);
});
