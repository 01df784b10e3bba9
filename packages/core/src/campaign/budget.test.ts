import { expect, test } from "vitest";
import { readDuration } from "./budget.js";

test.each([
  ["90s", 90],
  ["30min", 1800],
  ["30m", 1800],
  ["2h", 7200],
  ["1h30min", 5400],
  ["1h 30 min", 5400],
  ["0.5h", 1800],
  ["1d", 86_400],
])("%s is %d seconds", (text, seconds) => {
  expect(readDuration(text, "budget")).toBe(seconds);
});

test.each(["", "2", "h", "2 weeks", "-2h", "0s", "2h!", "2hh"])("%s is refused", (text) => {
  expect(() => readDuration(text, "budget")).toThrow("--budget takes a time");
});
