import fc from "fast-check";
import { expect, it } from "vitest";
import { Distribution } from "./distribution.js";

it("finds every percentile within half a percent of the exact one", () => {
  const values = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const distribution = new Distribution();
      for (const value of list) distribution.add(value);
      const sorted = list.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil((percent / 100) * list.length) - 1] ?? Number.NaN;
      const found = distribution.percentile(percent) ?? Number.NaN;
      expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(0.00503);
    }),
  );
});

it("has the exact mean, deviation and bounds", () => {
  const distribution = new Distribution();
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) distribution.add(value);
  expect(distribution.summary()).toEqual({
    count: 8,
    mean: 5,
    stdDev: Math.sqrt(32 / 7),
    min: 2,
    max: 9,
  });
});

it("has nothing to say before the first value", () => {
  expect(new Distribution().summary()).toBeUndefined();
  expect(new Distribution().percentile(50)).toBeUndefined();
});
