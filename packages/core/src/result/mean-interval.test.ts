import { expect, test } from "vitest";
import { meanInterval } from "./mean-interval.js";

test("known values give a known interval", () => {
  // mean 10, sd 2, n 4: 10 -+ 3.1824 * 2 / 2
  const interval = meanInterval([10 - Math.sqrt(6), 10, 10, 10 + Math.sqrt(6)]);
  expect(interval?.low).toBeCloseTo(10 - 3.1824, 3);
  expect(interval?.high).toBeCloseTo(10 + 3.1824, 3);
});

test("equal values leave no doubt, one value or none no interval", () => {
  expect(meanInterval([5, 5, 5])).toEqual({ low: 5, high: 5 });
  expect(meanInterval([5])).toBeUndefined();
  expect(meanInterval([])).toBeUndefined();
});
