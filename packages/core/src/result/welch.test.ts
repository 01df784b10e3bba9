import { expect, test } from "vitest";
import { meanInterval } from "./mean-interval.js";
import { describeValues } from "./statistics.js";
import { type Spread, welchDifference } from "./welch.js";

/** Student's sleep data (1908): hours of sleep gained by ten patients with each of two drugs. */
const drugA = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const drugB = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

function spread(values: readonly number[], factor = 1): Spread {
  const { mean = Number.NaN, sd = Number.NaN } = describeValues(values.map((one) => one * factor));
  return { mean, sd, n: values.length };
}

test("Student's sleep data: as t.test of R prints it", () => {
  const found = welchDifference(spread(drugB), spread(drugA));
  expect(found.degreesOfFreedom).toBeCloseTo(17.776, 3);
  expect(found.difference).toBeCloseTo(-1.58, 10);
  expect(found.low).toBeCloseTo(-3.3654832, 6);
  expect(found.high).toBeCloseTo(0.2054832, 6);
});

test("AUTO83B: as the NIST/SEMATECH e-Handbook, 1.3.5.3, prints it", () => {
  const us = { mean: 20.14458, sd: 6.4147, n: 249 };
  const japan = { mean: 30.48101, sd: 6.10771, n: 79 };
  const found = welchDifference(us, japan);
  expect(found.degreesOfFreedom).toBeCloseTo(136.875, 2);
  // the handbook's t is -12.94627 at a critical value of 1.97743
  const half = (found.high - found.low) / 2;
  expect(found.difference / (half / 1.97743)).toBeCloseTo(12.94627, 3);
});

test("a side without spread leaves the interval of the other", () => {
  const fixed = { mean: 0, sd: 0, n: 5 };
  const { low, high } = welchDifference(fixed, spread(drugA));
  const alone = meanInterval(drugA);
  expect(low).toBeCloseTo(alone?.low ?? Number.NaN, 9);
  expect(high).toBeCloseTo(alone?.high ?? Number.NaN, 9);
});

test("without any spread the interval is the difference itself", () => {
  const found = welchDifference({ mean: 2, sd: 0, n: 2 }, { mean: 3, sd: 0, n: 3 });
  expect(found).toEqual({ difference: 1, low: 1, high: 1 });
});

test.each([1e-120, 1e-9, 1e12])("values %d times as large have the same degrees", (factor) => {
  const found = welchDifference(spread(drugA, factor), spread(drugB, factor));
  expect(found.degreesOfFreedom).toBeCloseTo(17.776, 3);
});
