import { expect, test } from "vitest";
import { type ClockSample, clockRate, judgeClock } from "./clock-rate.js";

/** A clock of this rate read every 20 ms, each third reading delayed on its way back. */
function samples(rate: number, seconds: number): ClockSample[] {
  return Array.from({ length: seconds * 50 }, (_, index) => {
    const sent = 100 + index / 50;
    const received = sent + (index % 3 === 0 ? 0.015 : 0.002);
    return { sent, received, host: 5000 + (sent + 0.001) * rate };
  });
}

test.each([1, 0.97, 1.5])("a clock of rate %d is measured within its stated bound", (rate) => {
  const measured = clockRate(samples(rate, 2));
  expect(Math.abs((measured?.rate ?? 0) - rate)).toBeLessThanOrEqual(measured?.uncertainty ?? 0);
  expect(measured?.uncertainty).toBeLessThan(0.003);
});

test("no rate comes of no readings", () => {
  expect(clockRate([])).toBeUndefined();
});

test("the verdict takes the uncertainty into account", () => {
  const judge = (rate: number, uncertainty: number) => judgeClock({ rate, uncertainty });
  expect(judge(1.002, 0.003)).toBe("steady");
  expect(judge(0.95, 0.003)).toBe("unsteady");
  expect(judge(1.009, 0.003)).toBe("unclear");
});
