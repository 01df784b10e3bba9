import { expect, test } from "vitest";
import type { TrialRecord, VariantRecord } from "./record.js";
import { summarise } from "./summary.js";
import { verdictOf } from "./verdict.js";

const variant: VariantRecord = {
  id: "v",
  experiment: "e",
  title: "t",
  options: {},
  headline: "goodput",
};

const trial = (value: number, state?: "suspect" | "invalid"): TrialRecord => ({
  variant: "v",
  repetition: 1,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationS: 1,
  verdict: verdictOf(state === undefined ? [] : [{ state, rule: "r", text: "because" }]),
  samples: [{ metric: "goodput", value, unit: "bit/s", better: "higher" }],
  window: { unavailable: "-" },
  cpu: { unavailable: "-" },
  counters: [],
  clocks: [],
  processes: [],
});

test("only valid trials enter the statistics, all are counted", () => {
  const rows = summarise(
    [variant],
    [trial(10), trial(1000, "suspect"), trial(20), trial(0, "invalid")],
  );
  expect(rows).toEqual([
    expect.objectContaining({ metric: "goodput", trials: 4, valid: 2, mean: 15, min: 10, max: 20 }),
  ]);
});

test("two valid trials have an interval of their mean, one has none", () => {
  const [one] = summarise([variant], [trial(10), trial(20, "suspect")]);
  expect(one).not.toHaveProperty("mean95");
  const [two] = summarise([variant], [trial(10), trial(20)]);
  // 15 -+ 12.706 * 7.071 / 1.414
  expect(two?.mean95?.low).toBeCloseTo(-48.53, 2);
  expect(two?.mean95?.high).toBeCloseTo(78.53, 2);
});

test("without a valid trial there is a row but no figure", () => {
  const [row] = summarise([variant], [trial(10, "invalid")]);
  expect(row).toEqual({ variant: "v", metric: "goodput", unit: "bit/s", trials: 1, valid: 0 });
});

test("the worst reason decides", () => {
  const suspect = { state: "suspect", rule: "a", text: "" } as const;
  const invalid = { state: "invalid", rule: "b", text: "" } as const;
  expect(verdictOf([]).state).toBe("valid");
  expect(verdictOf([suspect]).state).toBe("suspect");
  expect(verdictOf([suspect, invalid, suspect]).state).toBe("invalid");
});
