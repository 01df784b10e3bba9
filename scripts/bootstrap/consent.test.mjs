// @ts-check
import { expect, test } from "vitest";
import { consentFor } from "./consent.mjs";

test.each([
  { yes: true, ci: false, tty: true, expected: "go on" },
  { yes: true, ci: false, tty: false, expected: "go on" },
  { yes: false, ci: true, tty: true, expected: "go on" },
  { yes: false, ci: true, tty: false, expected: "go on" },
  { yes: false, ci: false, tty: true, expected: "ask" },
  { yes: false, ci: false, tty: false, expected: "refuse" },
])("yes $yes, CI $ci, terminal $tty: $expected", ({ expected, ...situation }) => {
  expect(consentFor(situation)).toBe(expected);
});
