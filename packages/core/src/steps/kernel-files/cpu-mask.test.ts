import { expect, test } from "vitest";
import { cpuList, cpuMask, parseCpuList } from "./cpu-mask.js";

test.each([
  [[0], "0", "1"],
  [[], "3", "0"],
  [[0, 1], "0", "3"],
  [[4], "f", undefined],
  [[4], "00", "10"],
  [[0, 32, 35], "00,00000000", "09,00000001"],
  [[63], "00000000,00000000", "80000000,00000000"],
  [[64], "00000000,00000000", undefined],
])("CPUs %j as %j has digits", (cpus, like, mask) => {
  expect(cpuMask(cpus, like)).toBe(mask);
});

test.each([
  [[3, 1, 2, 8], "1-3,8"],
  [[], ""],
  [[5], "5"],
  [[0, 2, 4], "0,2,4"],
])("the list of %j", (cpus, list) => {
  expect(cpuList(cpus)).toBe(list);
  expect(parseCpuList(list)).toEqual([...cpus].sort((a, b) => a - b));
});

test.each(["a", "3-1", "1,,2", "0-99999"])("%j is no list", (text) => {
  expect(parseCpuList(text)).toBeUndefined();
});
