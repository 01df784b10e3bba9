import { expect, test } from "vitest";
import type { Reason } from "../../result/verdict.js";
import { type ConstructedVariant, constructedRun } from "../constructed-run.js";
import { type ComparedMetric, compareRuns } from "./compare-runs.js";

const invalid: Reason = { state: "invalid", rule: "r", text: "because" };
const of = (...values: number[]) => values.map((value) => ({ value }));
const one = (variant: ConstructedVariant, rest = {}) => constructedRun({ v: variant }, rest);

/** The only metric of two runs of one variant. */
function only(a: ConstructedVariant, b: ConstructedVariant, threshold = 0.05): ComparedMetric {
  const { metrics } = compareRuns(one(a), one(b), { threshold });
  const [metric, ...more] = metrics;
  if (metric === undefined || more.length > 0) throw new Error(`${metrics.length} metrics`);
  return metric;
}

const seconds = { unit: "s", better: "lower", definition: "RTT/2" } as const;

test("difference, change and ratio are of means, with Welch's interval", () => {
  // Student's sleep data, as t.test of R prints it
  const drugA = of(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2);
  const drugB = of(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);
  const { difference, change, ratio, verdict } = only({ trials: drugA }, { trials: drugB });
  expect(difference?.mean).toBeCloseTo(1.58, 9);
  expect(difference?.low).toBeCloseTo(-0.2054832, 6);
  expect(difference?.high).toBeCloseTo(3.3654832, 6);
  expect(change?.high).toBeCloseTo(3.3654832 / 0.75, 6);
  expect(ratio).toBeCloseTo(2.33 / 0.75, 9);
  expect(verdict).toBe("no difference");
});

test.each([
  { a: of(10, 11, 12), b: of(20, 21, 22), verdict: "better", regression: false },
  { a: of(20, 21, 22), b: of(10, 11, 12), verdict: "worse", regression: true },
  { a: of(10, 11, 12), b: of(10.5, 11, 12.5), verdict: "no difference", regression: false },
  { a: of(5, 5), b: of(5, 5), verdict: "no difference", regression: false },
  { a: of(5, 5), b: of(4, 4), verdict: "worse", regression: true },
  { a: of(0, 0), b: of(-1, -1.01), verdict: "worse", regression: true },
])("more is better: $verdict, regression $regression", ({ a, b, verdict, regression }) => {
  expect(only({ trials: a }, { trials: b })).toMatchObject({ verdict, regression, gate: true });
});

test("where less is better the same growth is worse", () => {
  const lower = (...values: number[]) => values.map((value) => ({ value, kind: seconds }));
  const found = only({ trials: lower(10, 11, 12) }, { trials: lower(20, 21, 22) });
  expect(found).toMatchObject({ verdict: "worse", better: "lower", regression: true });
});

test("worse by less than the threshold is no regression", () => {
  const [a, b] = [{ trials: of(100, 100.1) }, { trials: of(97, 97.1) }];
  expect(only(a, b)).toMatchObject({ verdict: "worse", regression: false });
  expect(only(a, b, 0.02)).toMatchObject({ verdict: "worse", regression: true });
  expect(compareRuns(one(a), one(b), { threshold: 0.05 }).outcome).toBe("passed");
  expect(compareRuns(one(a), one(b), { threshold: 0.02 }).outcome).toBe("regression");
});

test("only valid trials count, and an interval needs two of them", () => {
  const wild = { value: 1e9, reasons: [invalid] };
  expect(only({ trials: [...of(1, 2), wild] }, { trials: of(1, 2) }).a).toMatchObject({
    n: 2,
    mean: 1.5,
  });
  const found = only({ trials: of(1, 2) }, { trials: [...of(1), wild] });
  expect(found).toMatchObject({ verdict: "not comparable", b: { n: 1, mean: 1 } });
  expect(found.why).toBe("an interval needs 2 valid trials on each side; A has 2, B has 1");
  expect(found).not.toHaveProperty("ratio");
});

const kind = (changed: object) => ({ trials: [1, 2].map((value) => ({ value, kind: changed })) });

test.each([
  { b: kind({ unit: "bytes/s" }), why: 'unit "bit/s" / "bytes/s"' },
  { b: kind({ better: "lower" }), why: 'better "higher" / "lower"' },
  {
    b: kind({ definition: "payload sent" }),
    why: 'definition "payload that arrived" / "payload sent"',
  },
  { b: { trials: of(1, 2), options: { messageBytes: 64 } }, why: "messageBytes not set / 64" },
])("not alike: $why", ({ b, why }) => {
  const found = only({ trials: of(1, 2) }, b);
  expect(found).toMatchObject({ verdict: "not comparable", regression: false });
  expect(found.why).toContain(why);
  expect(found).not.toHaveProperty("ratio");
  expect(found).not.toHaveProperty("difference");
});

test("namespaces are not compared with hardware, nor one system with another", () => {
  const a = one({ trials: of(1, 2) });
  const { testbed } = a.record;
  const hardware = one({ trials: of(1, 2) }, { testbed: { ...testbed, evidence: "hardware" } });
  const other = one({ trials: of(1, 2) }, { system: { name: "other", version: "1" } });
  const why = (b: typeof a) =>
    compareRuns(a, b, { threshold: 0 }).metrics.map((metric) => metric.why);
  expect(why(hardware)).toEqual(["evidence levels differ: namespace / hardware"]);
  expect(why(other)).toEqual(["systems differ: lab / other"]);
  expect(compareRuns(a, hardware, { threshold: 0 }).outcome).toBe("partial");
});

test("measurements are paired by experiment and options, whatever their names and order", () => {
  const small = { trials: of(1, 2), options: { messageBytes: 64, protocol: "tcp" } };
  const large = { trials: of(8, 9), options: { protocol: "tcp", messageBytes: 1472 } };
  const turned = { trials: of(1, 2), options: { protocol: "tcp", messageBytes: 64 } };
  const a = constructedRun({ small, large });
  const b = constructedRun({ large: turned, small: large });
  const { metrics, outcome } = compareRuns(a, b, { threshold: 0 });
  expect(metrics.map(({ verdict, a: { mean } }) => [verdict, mean])).toEqual([
    ["no difference", 1.5],
    ["no difference", 8.5],
  ]);
  expect(outcome).toBe("passed");
});

test("what one side alone has leaves the outcome partial; a regression goes before that", () => {
  const same = { trials: of(1, 2) };
  const more = { trials: of(1, 2), options: { messageBytes: 64 }, title: "another" };
  const both = constructedRun({ v: same, w: more });
  const single = constructedRun({ v: same });
  const found = compareRuns(both, single, { threshold: 0 });
  expect(found.outcome).toBe("partial");
  expect(found.metrics.map(({ why }) => why)).toEqual([undefined, "only A has this measurement"]);
  expect(compareRuns(single, both, { threshold: 0 }).metrics[1]?.why).toBe(
    "only B has this measurement",
  );
  const worse = constructedRun({ v: { trials: of(0.1, 0.11) } });
  expect(
    compareRuns(constructedRun({ v: { trials: of(1, 1.1) }, w: more }), worse, { threshold: 0 })
      .outcome,
  ).toBe("regression");
});

test("other metrics than the first of a measurement decide when they are named", () => {
  const a = one({ trials: of(20, 21, 22) });
  const b = one({ trials: of(10, 11, 12) });
  expect(compareRuns(a, b, { threshold: 0, gates: ["goodput"] }).outcome).toBe("regression");
  const others = compareRuns(a, b, { threshold: 0, gates: ["latency"] });
  expect(others.metrics).toMatchObject([{ verdict: "worse", gate: false, regression: false }]);
  expect(others.outcome).toBe("partial");
});

test("what else differs between the runs is told", () => {
  const a = one({ trials: of(1, 2) });
  const machines = [
    { machine: "m", facts: { kernel: "Linux 7", bootId: "unavailable: no answer" } },
  ];
  const { differs } = compareRuns(a, one({ trials: of(1, 2) }, { machines }), { threshold: 0 });
  expect(differs).toEqual([{ item: "client + server: kernel", a: "Linux 6", b: "Linux 7" }]);
});
