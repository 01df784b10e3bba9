import { expect, test } from "vitest";
import { readClock } from "./clock.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** An exchange at `atMs` whose host clock shows `uptimeS`, `rttMs` there and back. */
const exchange = (atMs: number, uptimeS: number, rttMs = 2): TimedSnapshot => ({
  snapshot: { token: "0", kind: "tick", uptimeS, files: new Map() },
  askedMs: atMs - rttMs / 2,
  answeredMs: atMs + rttMs / 2,
});

test("a clock of the same rate has no rate error, and its offset is found", () => {
  const reading = readClock(
    "h",
    [0, 1000, 2000, 3000].map((ms) => exchange(ms, 50 + ms / 1000)),
  );
  expect(reading?.rateError).toBeCloseTo(0, 6);
  expect(reading?.offsetS).toBeCloseTo(50.005, 6);
  expect(reading?.offsetErrorS).toBeCloseTo(0.006, 6);
});

test("a clock 10 % too fast is found 10 % too fast", () => {
  const reading = readClock(
    "h",
    [0, 1000, 2000, 3000].map((ms) => exchange(ms, (ms / 1000) * 1.1)),
  );
  expect(reading?.rateError).toBeCloseTo(0.1, 6);
});

test("slow exchanges widen the bound and quick ones are preferred", () => {
  const slow = [exchange(0, 0, 400), exchange(4000, 4, 400)];
  expect(readClock("h", slow)?.rateErrorBound).toBeCloseTo((0.205 * 2) / 4, 6);
  expect(readClock("h", slow)?.offsetErrorS).toBeCloseTo(0.205, 6);
  const mixed = [
    exchange(0, 0),
    exchange(1000, 1.15, 400),
    exchange(3000, 3.15, 400),
    exchange(4000, 4),
  ];
  expect(readClock("h", mixed)?.rateError).toBeCloseTo(0, 6);
});

test("one exchange tells no rate", () => {
  expect(readClock("h", [exchange(0, 1)])).toBeUndefined();
});
