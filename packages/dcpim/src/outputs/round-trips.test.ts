import { expect, test } from "vitest";
import { roundTripsParser } from "./round-trips.js";

const lines = (...values: string[]) => values.map((one) => `finish time: ${one}\n`).join("");

test("round trips are in seconds, small ones with an exponent", () => {
  const text = lines("9.8e-05", "0.000102", "0.00318", "0.0209523");
  expect(roundTripsParser.parse(text)).toEqual({
    count: 4,
    meanS: expect.closeTo(0.006_083, 6),
    ...{ medianS: 0.000_102, p99S: 0.020_952_3, p999S: 0.020_952_3, maxS: 0.020_952_3 },
  });
});

test("percentiles are the smallest value with that share at or below it", () => {
  const text = lines(...Array.from({ length: 1000 }, (_, index) => String((index + 1) / 1000)));
  const { medianS, p99S, p999S, maxS } = roundTripsParser.parse(text);
  expect([medianS, p99S, p999S, maxS]).toEqual([0.5, 0.99, 0.999, 1]);
});

test("the last line is taken only when its end is there", () => {
  expect(roundTripsParser.parse(`${lines("0.5", "0.25")}finish time: 0.1`)).toMatchObject({
    ...{ count: 2, maxS: 0.5 },
  });
});

test.each([
  ["", /no round trip is told/],
  ["finish time: 0.5", /no round trip is told/],
  [lines("0,5"), /is no line of a ping-pong client/],
  [`${lines("0.5")}Killed\n`, /"Killed" is no line of a ping-pong client/],
  [lines("0"), /medianS|meanS/],
])("%j is refused", (text, message) => {
  expect(() => roundTripsParser.parse(text)).toThrow(message);
});
