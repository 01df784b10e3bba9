import { expect, test } from "vitest";
import { type Exchange, narrowed, readClock } from "./clock.js";

/** An exchange at `atMs` whose host clock shows `uptimeS`, `rttMs` there and back. */
const exchange = (atMs: number, uptimeS: number, rttMs = 2): Exchange => ({
  uptimeS,
  askedMs: atMs - rttMs / 2,
  answeredMs: atMs + rttMs / 2,
});

const read = (exchanges: readonly Exchange[]) =>
  readClock(
    "h",
    exchanges.map((one) => [one]),
  );

/** What a host answers whose clock runs at `rate` from `startS` on, asked every `everyMs`. */
function burst(fromMs: number, rate: number, { startS = 7.1234, everyMs = 1.3 } = {}): Exchange[] {
  return Array.from({ length: 20 }, (_, index) => {
    const atMs = fromMs + index * everyMs;
    const uptimeS = Math.floor((startS + (rate * atMs) / 1000) * 100) / 100;
    return exchange(atMs, uptimeS, 0.8);
  });
}

test("a clock of the same rate has no rate error, and its offset is found", () => {
  const clock = read([0, 1000, 2000, 3000].map((ms) => exchange(ms, 50 + ms / 1000)));
  expect(clock?.reading.rateError).toBeCloseTo(0, 6);
  expect(clock?.reading.offsetS).toBeCloseTo(50.005, 6);
  expect(clock?.reading.offsetErrorS).toBeCloseTo(0.006, 6);
});

test("a clock 10 % too fast is found 10 % too fast, and its readings are laid on its own line", () => {
  const clock = read([0, 1000, 2000, 3000].map((ms) => exchange(ms, 5 + (ms / 1000) * 1.1)));
  expect(clock?.reading.rateError).toBeCloseTo(0.1, 6);
  expect(clock?.uptimeAt(1500)).toBeCloseTo(5.005 + 1.65, 6);
});

test("slow exchanges widen the bound and quick ones are preferred", () => {
  const slow = read([exchange(0, 0, 400), exchange(4000, 4, 400)]);
  expect(slow?.reading.rateErrorBound).toBeCloseTo((0.205 * 2) / 4, 6);
  expect(slow?.reading.offsetErrorS).toBeCloseTo(0.205, 6);
  const mixed = [
    exchange(0, 0),
    exchange(1000, 1.15, 400),
    exchange(3000, 3.15, 400),
    exchange(4000, 4),
  ];
  expect(read(mixed)?.reading.rateError).toBeCloseTo(0, 6);
});

test("one exchange tells no rate", () => {
  expect(read([exchange(0, 1)])).toBeUndefined();
});

test.each([1, 1.004, 0.97, 1.1])(
  "bursts tell the rate %d of a trial of 1 s within a bound far below the clock's own step",
  (rate) => {
    const clock = readClock("h", [burst(0, rate), burst(1000, rate)]);
    const { rateError = 9, rateErrorBound = 9 } = clock?.reading ?? {};
    expect(Math.abs(rateError - (rate - 1))).toBeLessThanOrEqual(rateErrorBound);
    expect(rateErrorBound).toBeLessThan(Math.abs(rate - 1) < 0.01 ? 0.003 : 0.012);
  },
);

test("a burst holds the true offset wherever the clock's step falls", () => {
  for (let startS = 3; startS < 3.02; startS += 0.0007) {
    const sample = narrowed(burst(0, 1, { startS }));
    const { sent = 0, received = 0, host = 0 } = sample ?? {};
    const half = (received - sent) / 2;
    expect(half).toBeLessThan(0.0015);
    expect(Math.abs(host - (sent + half) - startS)).toBeLessThanOrEqual(half + 1e-9);
  }
});

test("readings that contradict each other narrow nothing", () => {
  const sample = narrowed([exchange(0, 1), exchange(10, 5, 1)]);
  expect(sample?.host).toBeCloseTo(5.005, 9);
  expect((sample?.received ?? 0) - (sample?.sent ?? 0)).toBeCloseTo(0.011, 9);
});
