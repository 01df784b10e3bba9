import { expect, test } from "vitest";
import { describeValues } from "./statistics.js";

test("known values give known figures", () => {
  expect(describeValues([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
    median: 4.5,
    mean: 5,
    sd: Math.sqrt(32 / 7),
    min: 2,
    max: 9,
  });
});

test("one value has no spread and none has no figure", () => {
  expect(describeValues([3])).toEqual({ median: 3, mean: 3, min: 3, max: 3 });
  expect(describeValues([])).toEqual({});
});

test("the order of values does not matter and the input stays as it is", () => {
  const values = [9, 1, 5];
  expect(describeValues(values).median).toBe(5);
  expect(values).toEqual([9, 1, 5]);
});
