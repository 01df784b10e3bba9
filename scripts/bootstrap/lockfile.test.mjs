// @ts-check
import { expect, test } from "vitest";
import { isInstalled, packageCount } from "./lockfile.mjs";

const wanted = {
  packages: {
    "": {},
    "packages/core": { version: "0.1.0" },
    "node_modules/@hoststack/core": { link: true },
    "node_modules/zod": { version: "4.6.7", integrity: "sha512-a" },
    "node_modules/tool-darwin": { version: "1.0.0", os: ["darwin"], optional: true },
    "node_modules/tool-musl": { version: "1.0.0", os: ["linux"], libc: ["musl"], optional: true },
  },
};
const installed = {
  packages: { "node_modules/zod": { version: "4.6.7", integrity: "sha512-a" } },
};

test("node_modules without a finished installation lacks everything", () => {
  expect(isInstalled(wanted, undefined)).toBe(false);
});

test("packages for other platforms may be absent", () => {
  expect(isInstalled(wanted, installed)).toBe(true);
});

test("another version or other contents are not what the lockfile asks for", () => {
  const older = { "node_modules/zod": { version: "4.6.6", integrity: "sha512-b" } };
  const forged = { "node_modules/zod": { version: "4.6.7", integrity: "sha512-b" } };
  expect(isInstalled(wanted, { packages: older })).toBe(false);
  expect(isInstalled(wanted, { packages: forged })).toBe(false);
  expect(isInstalled(wanted, { packages: {} })).toBe(false);
});

test("only packages for this kind of machine are counted", () => {
  expect(packageCount(wanted, { platform: "linux", arch: "x64", libc: "glibc" })).toBe(1);
  expect(packageCount(wanted, { platform: "darwin", arch: "x64", libc: "none" })).toBe(2);
});
