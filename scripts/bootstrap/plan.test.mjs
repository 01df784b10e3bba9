// @ts-check
import { expect, test } from "vitest";
import { describeDone, describe as describePlan, isEmpty } from "./plan.mjs";

/** @type {import("./plan.mjs").Plan} */
const plan = {
  npmPackages: 332,
  debianPackages: ["qemu-system-x86"],
  simulation: { names: ["qemu-system-x86", "seabios"], bytes: 12_340_000 },
  elevation: "sudo",
  root: "/checkout",
  cache: "/cache/hoststack",
};

test("a plan says what is installed, how, how much and where", () => {
  expect(describePlan(plan)).toBe(`This will be installed:
  Debian packages, with sudo apt-get: qemu-system-x86
    2 with what they depend on, 12.3 MB to download; no service is started
  up to 332 npm packages, as package-lock.json pins them, in /checkout/node_modules
Then the packages are built in /checkout/packages/*/dist.
Guests are made from Debian packages that are kept in /cache/hoststack, not installed.
`);
});

test("without apt's lists the forecast says so", () => {
  expect(describePlan({ ...plan, simulation: undefined })).toContain("after apt-get update");
});

test("what was done comes with its undoing", () => {
  expect(describeDone(plan)).toContain("undo: apt-get purge --autoremove qemu-system-x86");
});

test("a plan that installs nothing asks nothing and reports nothing", () => {
  const empty = { ...plan, npmPackages: 0, debianPackages: [] };
  expect(isEmpty(empty)).toBe(true);
  expect(describeDone(empty)).toBe("");
});
