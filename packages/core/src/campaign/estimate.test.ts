import { expect, test } from "vitest";
import type { Variant } from "../experiment/variant.js";
import { assumedOverheadS, assumedTestS, TrialDurations } from "./estimate.js";

const variant = (id: string, options: Variant["options"]) => ({ id, options }) as Variant;
const short = variant("short", { durationS: 2 });
const long = variant("long", { durationS: 10 });
const counted = variant("counted", { iterations: 1000 });

test("before the first trial the test time counts, and something is assumed for the rest", () => {
  const durations = new TrialDurations([short, long, counted]);
  expect(durations.overheadS()).toBeUndefined();
  expect(durations.expectedS(long)).toBe(10 + assumedOverheadS);
  expect(durations.expectedS(counted)).toBe(assumedTestS + assumedOverheadS);
});

test("what trials took beside their test time is expected of others", () => {
  const durations = new TrialDurations(
    [short, long, counted],
    [{ variant: "short", durationS: 3 }],
  );
  durations.add("short", 4);
  expect(durations.overheadS()).toBe(1.5);
  expect(durations.expectedS(short)).toBe(3.5);
  expect(durations.expectedS(long)).toBe(11.5);
  expect(durations.expectedS(counted)).toBe(3.5);
  expect(durations.sumS([short, long, long])).toBe(26.5);
  durations.add("long", 20);
  expect(durations.expectedS(long)).toBe(20);
});

test("trials that ended early lower no expectation below the test time", () => {
  const durations = new TrialDurations([short, long], [{ variant: "short", durationS: 0.5 }]);
  expect(durations.expectedS(long)).toBe(10);
});
