import { expect, test } from "vitest";
import { limitDifference, limitedArgv } from "./limits.js";
import { preloadedArgv, unmappedLibrary } from "./preload.js";

test("limits become flags of prlimit, in bytes", () => {
  const limits = { memlockBytes: "unlimited", openFiles: 4096, coreBytes: 0 } as const;
  expect(limitedArgv(["server", "-s"], limits)).toEqual([
    ...["prlimit", "--memlock=unlimited", "--nofile=4096", "--core=0", "--"],
    ...["server", "-s"],
  ]);
  expect(limitedArgv(["server"], {})).toEqual(["server"]);
});

const limitsText = `Limit                     Soft Limit           Hard Limit           Units
Max core file size        0                    unlimited            bytes
Max open files            4096                 4096                 files
Max locked memory         8388608              8388608              bytes
`;

test("limits of a process are compared, soft and hard", () => {
  const difference = (limits: Parameters<typeof limitDifference>[1]) =>
    limitDifference(limitsText, limits);
  expect(difference({ openFiles: 4096, memlockBytes: 8_388_608 })).toBeUndefined();
  expect(difference({ memlockBytes: "unlimited" })).toBe(
    "its memlockBytes is 8388608 (hard limit 8388608), not unlimited",
  );
  expect(difference({ coreBytes: 0 })).toBe("its coreBytes is 0 (hard limit unlimited), not 0");
  expect(limitDifference("", { openFiles: 1 })).toBe(
    "its openFiles is unknown (hard limit unknown), not 1",
  );
});

test("libraries go to the last program alone, before those that are preloaded already", () => {
  expect(preloadedArgv(["a"], [])).toEqual(["a"]);
  expect(preloadedArgv(["a", "b"], ["/x/one.so", "/x/two.so"]).slice(3)).toEqual([
    ...["sh", "/x/one.so:/x/two.so"],
    ...["a", "b"],
  ]);
  for (const path of ["one.so", "/x/a b.so", "/x/a:b.so"]) {
    expect(() => preloadedArgv(["a"], [path])).toThrow(`"${path}"`);
  }
});

test("a library is mapped under its whole path", () => {
  const maps = `7f00-7f01 r--p 00000000 08:01 42                         /x/one.so
7f02-7f03 rw-p 00000000 00:00 0
`;
  expect(unmappedLibrary(maps, ["/x/one.so"])).toBeUndefined();
  expect(unmappedLibrary(maps, ["/x/one.so", "/x/one"])).toBe("/x/one");
});
