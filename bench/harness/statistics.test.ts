import { expect, test } from "vitest";
import { spreadOf } from "./statistics.js";

test("takes the middle and the quartiles, whatever the order", () => {
  const spread = spreadOf([5, 1, 4, 2, 3]);
  expect(spread).toEqual({ median: 3, lowerQuartile: 2, upperQuartile: 4 });
});

test("takes places between two values in proportion", () => {
  const spread = spreadOf([1, 2, 3, 10]);
  expect(spread).toEqual({ median: 2.5, lowerQuartile: 1.75, upperQuartile: 4.75 });
});
