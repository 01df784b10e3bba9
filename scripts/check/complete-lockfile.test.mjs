// @ts-check
import { expect, test } from "vitest";
import { completed } from "./complete-lockfile.mjs";

test("platform packages that were left out are put back in", () => {
  const { lockfile, added } = completed({
    packages: {
      "node_modules/tool": {
        dev: true,
        optionalDependencies: {
          "@tool/linux-arm64-musl": "1.2.3",
          "@tool/windows-64": "1.2.3",
          "@tool/linux-x64": "1.2.3",
          "left-alone": "1.0.0",
        },
      },
      "node_modules/@tool/linux-x64": { version: "1.2.3" },
    },
  });
  expect(added).toEqual(["@tool/linux-arm64-musl", "@tool/windows-64"]);
  expect(lockfile.packages["node_modules/@tool/linux-arm64-musl"]).toEqual({
    version: "1.2.3",
    dev: true,
    optional: true,
    cpu: ["arm64"],
    os: ["linux"],
    libc: ["musl"],
  });
  expect(lockfile.packages["node_modules/@tool/windows-64"]).toMatchObject({
    cpu: ["x64"],
    os: ["win32"],
  });
});
