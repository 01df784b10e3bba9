import { expect, test } from "vitest";
import { verdictOf } from "../../result/verdict.js";
import { constructedRun } from "../constructed-run.js";
import { measurementsOf } from "../measurements.js";
import { percentileCharts } from "./percentile-chart.js";

const busy = { state: "suspect", rule: "host.busy", text: "busy" } as const;
const definition = "RTT/2";

/** Charts of a measurement with a figure for each percentile in each trial; the last trial is suspect. */
function chartsOf(trials: readonly Readonly<Record<string, number>>[]): string[] {
  const run = constructedRun({ v: { trials: trials.map(() => ({ value: 1 })) } });
  const record = {
    ...run.record,
    trials: run.record.trials.map((trial, index) => ({
      ...trial,
      verdict: verdictOf(index === trials.length - 1 ? [busy] : []),
      samples: Object.entries(trials[index] ?? {}).map(([metric, value]) => ({
        ...({ metric, value, unit: "s", better: "lower", definition } as const),
      })),
    })),
  };
  const [measurement] = measurementsOf([{ ...run, record }]);
  if (measurement === undefined) throw new Error("the run has a measurement");
  return percentileCharts(measurement).map(({ text }) => text);
}

const tail = {
  "oneWayLatency.p99.9": 1e-3,
  "oneWayLatency.p50": 1e-5,
  "oneWayLatency.p99": 1e-4,
  "oneWayLatency.max": 5e-3,
};

test("a curve for each trial, over the nines, with units and n", () => {
  const [chart = "", ...more] = chartsOf([tail, tail]);
  expect(more).toEqual([]);
  // 50 % lies at 0.301 of 3 nines, each nine is a third; latencies span two decades
  const path = "M76.3,170L247.3,97L348,24";
  expect(chart).toContain(`<path class="line s1" d="${path}"/>`);
  expect(chart).toContain(`<path class="line s1 weak" d="${path}"/>`);
  for (const text of [">50<", ">99.9<", ">10 µs<", ">1 ms<", "percentile, in %"]) {
    expect(chart).toContain(text);
  }
  expect(chart).toContain("oneWayLatency, lower is better, logarithmic");
  expect(chart).toContain("n = 2, 1 of them valid");
  expect(chart).toContain("repetition 2, suspect: 99.9 % within 1.00 ms");
});

test("a narrow range has an axis from zero", () => {
  const [chart] = chartsOf([{ "x.p25": 1e-6, "x.p50": 2e-6, "x.p99": 4e-6 }]);
  expect(chart).toContain("x in µs, lower is better<");
  expect(chart).toContain(">0<");
});

test("two percentiles are no curve, and other metrics none at all", () => {
  expect(chartsOf([{ "x.p50": 1, "x.p99": 2, "x.max": 3, "y.p100": 1 }])).toEqual([]);
});
