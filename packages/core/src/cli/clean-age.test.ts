import { expect, test } from "vitest";
import { ageMs } from "./clean-age.js";

test.each([
  ["30d", 2_592_000_000],
  ["12h", 43_200_000],
  ["90m", 5_400_000],
  ["0", 0],
  ["0d", 0],
])("%s are %d ms", (text, ms) => {
  expect(ageMs(text)).toBe(ms);
});

test.each(["", "30", "d", "-1d", "1.5d", "30 days", "1e9d", "1234567d"])("%j is no age", (text) => {
  expect(() => ageMs(text)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", details: { field: "olderThan" } }),
  );
});
