import { expect, test } from "vitest";
import type { Reason } from "../../result/verdict.js";
import { type ConstructedVariant, constructedRun } from "../constructed-run.js";
import { measurementsOf } from "../measurements.js";
import { sweepCharts } from "./sweep-chart.js";

const invalid: Reason = { state: "invalid", rule: "r", text: "because" };

const variant = (options: object, reasons: readonly Reason[] = []): ConstructedVariant => ({
  options: { ...options },
  trials: [
    { value: 1e9, reasons },
    { value: 2e9, reasons },
  ],
});

/** The charts of the measurements as text. */
function chartsOf(variants: Readonly<Record<string, ConstructedVariant>>): string[] {
  const rows = measurementsOf([constructedRun(variants)]).flatMap((measurement) =>
    measurement.headline === undefined ? [] : [{ measurement, figures: measurement.headline }],
  );
  return sweepCharts(rows).map(({ text }) => text);
}

const sweep = (sizes: readonly number[], more: object = {}) =>
  Object.fromEntries(
    sizes.map((bytes) => [`${bytes}${JSON.stringify(more)}`, variant({ bytes, ...more })]),
  );

const places = (chart: string) =>
  [...chart.matchAll(/<circle class="f-s1" cx="([\d.]+)"/g)].map(([, x]) => Number(x));

test("an option with three values is an axis; two are none", () => {
  expect(chartsOf(sweep([64, 128]))).toEqual([]);
  const [chart = "", ...more] = chartsOf(sweep([64, 128, 192]));
  expect(more).toEqual([]);
  expect(chart).toContain("goodput over bytes, stream");
  const [first = 0, second = 0, third = 0] = places(chart);
  expect(second - first).toBeCloseTo(third - second, 0);
});

test("values far apart are placed by their logarithm", () => {
  const [chart = ""] = chartsOf(sweep([16, 1024, 65_536]));
  expect(chart).toContain("bytes, logarithmic");
  const [first = 0, second = 0, third = 0] = places(chart);
  expect(second - first).toBeCloseTo(third - second, 0);
});

test("another option makes a line each, named by its value", () => {
  const both = {
    ...sweep([1, 2, 3], { protocol: "tcp" }),
    ...sweep([1, 2, 3], { protocol: "udp" }),
  };
  const [chart = ""] = chartsOf(both);
  for (const text of ["protocol tcp", "protocol udp"]) expect(chart).toContain(`</i>${text}<`);
  expect(chart.match(/<path class="line s[12]" d="M[\d.]+,[\d.]+L/g)).toHaveLength(2);
});

test("a line without a valid trial is told of, not drawn", () => {
  const none = Object.fromEntries(
    [1, 2, 3].map((bytes) => [`u${bytes}`, variant({ bytes, protocol: "udp" }, [invalid])]),
  );
  const [chart = ""] = chartsOf({ ...sweep([1, 2, 3], { protocol: "tcp" }), ...none });
  expect(chart).toContain("protocol udp (no valid trial)");
  expect(places(chart)).toHaveLength(3);
});
