import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { roundTripsParser } from "./round-trips.js";

const text = readFileSync(new URL("../fixtures/ping.txt", import.meta.url), "utf8");

test("a real output, in SI units", () => {
  expect(roundTripsParser.parse(text)).toEqual({ sent: 11, received: 11, meanS: 0.000045 });
});

test("nothing came back: no time, and no zero either", () => {
  const lost = text.replace("11 received, 0%", "0 received, 100%").replace(/^rtt.*$/m, "");
  expect(roundTripsParser.parse(lost)).toEqual({ sent: 11, received: 0 });
});

test.each([
  ["cut before its totals", text.slice(0, 60), "ended without totals"],
  ["a decimal comma", text.replace("0.045", "0,045"), "LC_ALL=C"],
  ["another program's words", "connect: Network is unreachable\n", "connect: Network"],
])("%s is PARSE_FAILED", (_, wrong, message) => {
  expect(() => roundTripsParser.parse(wrong)).toThrow(
    expect.objectContaining({ code: "PARSE_FAILED", message: expect.stringContaining(message) }),
  );
});
