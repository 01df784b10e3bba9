// @ts-check
import { expect, test } from "vitest";
import { diskShortage, spaceAt } from "./disk.mjs";

const wants = [
  { directory: "/checkout", mib: 600 },
  { directory: "/usr", mib: 500 },
];

test("wants on one file system add up", () => {
  expect(diskShortage(wants, () => ({ device: 1, freeMib: 1000 }))).toEqual({
    directory: "/checkout",
    wantedMib: 1100,
    freeMib: 1000,
  });
  expect(diskShortage(wants, () => ({ device: 1, freeMib: 1100 }))).toBeUndefined();
});

test("each file system is measured for itself", () => {
  const shortage = diskShortage(wants, (directory) =>
    directory === "/usr" ? { device: 2, freeMib: 499 } : { device: 1, freeMib: 700 },
  );
  expect(shortage?.directory).toBe("/usr");
});

test("a directory that does not exist yet has the space of the one it will be in", () => {
  expect(spaceAt("/proc/no/such/directory").device).toBe(spaceAt("/proc").device);
});
