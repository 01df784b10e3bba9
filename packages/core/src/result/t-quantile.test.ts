import { expect, test } from "vitest";
import { tQuantile } from "./t-quantile.js";

// from the tables of the NIST/SEMATECH e-Handbook, 1.3.6.7.2
test.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.975, 30, 2.042],
  [0.975, 100, 1.984],
  [0.95, 5, 2.015],
  [0.995, 10, 3.169],
  [0.999, 3, 10.215],
])("probability %d with %d degrees of freedom is %d", (probability, degrees, value) => {
  expect(tQuantile(probability, degrees)).toBeCloseTo(value, 3);
});

test("many degrees of freedom lead to the normal distribution, broken ones lie between whole ones", () => {
  expect(tQuantile(0.975, 1e6)).toBeCloseTo(1.95997, 4);
  const between = tQuantile(0.975, 4.5);
  expect(between).toBeLessThan(tQuantile(0.975, 4));
  expect(between).toBeGreaterThan(tQuantile(0.975, 5));
});
