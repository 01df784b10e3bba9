import type { Bench, Skipped } from "./bench.js";
import type { Compared } from "./compare.js";

/** A figure that was taken. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly atMost: number;
  readonly passed: boolean;
}

/** All that one bench showed. */
export interface Outcome {
  readonly bench: Bench;
  /** Real-time priority was wanted and given. */
  readonly realTime: boolean;
  readonly compared: readonly Compared[];
  readonly measured: readonly Measured[];
  readonly skipped: readonly Skipped[];
  /** Load average before and after. */
  readonly load: readonly [string, string];
}

const bar = (atMost: number): string =>
  atMost < 1 ? `<= ${round(atMost)}x (${round(1 / atMost)}x faster)` : `<= ${round(atMost)}x`;

const round = (value: number): string => String(Number(value.toPrecision(3)));

const verdict = (passed: boolean): string => (passed ? "pass" : "MISS");

function comparedRow(id: string, one: Compared): string[] {
  const { median, lowerQuartile, upperQuartile } = one.ratio;
  const bars = [
    ...(one.atMost === undefined ? [] : [bar(one.atMost)]),
    ...(one.cpuAtMost === undefined ? [] : [`CPU ${bar(one.cpuAtMost)}`]),
  ];
  return [
    id,
    one.name,
    `${round(median)}x`,
    `${round(lowerQuartile)} to ${round(upperQuartile)}, ${one.pairs} pairs`,
    Number.isFinite(one.cpuRatio) ? `${round(one.cpuRatio)}x` : "",
    bars.join("; "),
    bars.length === 0 ? "" : verdict(one.passed),
  ];
}

function measuredRow(id: string, one: Measured): string[] {
  const value = `${round(one.value)} ${one.unit}`;
  return [id, one.name, value, "", "", `<= ${one.atMost} ${one.unit}`, verdict(one.passed)];
}

/** Rows of the table: id, what, figure, spread, CPU, bar, verdict. */
export function rowsOf({ bench, compared, measured, skipped }: Outcome): string[][] {
  return [
    ...compared.map((one) => comparedRow(bench.id, one)),
    ...measured.map((one) => measuredRow(bench.id, one)),
    ...skipped.map(({ name, reason }) => [bench.id, name, "", "", "", "", `skipped: ${reason}`]),
  ];
}

/** Whether everything that was measured held its bar. */
export function passed({ compared, measured }: Outcome): boolean {
  return [...compared, ...measured].every((one) => one.passed);
}
