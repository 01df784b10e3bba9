import { expect, test } from "vitest";
import { figureText, intervalText, percentText } from "./figures.js";

test.each([
  [20.1234e9, 25.7e9, "bit/s", "20.1 to 25.7 Gbit/s"],
  [23.641e9, 23.659e9, "bit/s", "23.6410 to 23.6590 Gbit/s"],
  [0.000_1, 0.000_412, "s", "100 to 412 µs"],
  [5, 5, "count", "5.00 to 5.00"],
  [0, 0, "count", "0 to 0"],
  [-0.25, 0.75, "ratio", "-0.25 to 0.75"],
] as const)("from %d to %d %s: %s", (...[low, high, unit, text]) => {
  expect(intervalText({ low, high }, unit).replace("\u00a0", " ")).toBe(text);
});

test.each([
  [0.0312, "+3.12 %"],
  [-0.5, "-50.0 %"],
  [-0.099_999_999, "-10.0 %"],
  [0, "0.00 %"],
  [12.5, "+1250 %"],
])("a share of %d is %s", (share, text) => {
  expect(percentText(share)).toBe(text);
});

test("what is not known is a dash", () => {
  expect(figureText(undefined, "s")).toBe("–");
  expect(figureText(1, undefined)).toBe("–");
  expect(figureText(1.5, "s")).toBe("1.50\u00a0s");
});
