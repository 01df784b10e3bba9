import { formatSi } from "@hoststack/tools";
import type { Unit } from "../figures.js";
import type { Axis } from "./axis.js";

/** An axis of logarithms; `to` turns a value into its place on it. */
export interface LogarithmicAxis extends Axis {
  readonly to: (value: number) => number;
}

/** Above this many decades only powers of ten have a mark. */
const mostFineDecades = 2;

/** An axis that holds two positive values and ends on round marks, which carry their units. */
export function logarithmicAxis(least: number, most: number, unit: Unit): LogarithmicAxis {
  const decades = Math.log10(most / least);
  const steps = decades > mostFineDecades ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(least));
  const count = Math.ceil(Math.log10(most)) - first + 1;
  const round = Array.from({ length: count }, (_, index) =>
    steps.map((step) => step * 10 ** (first + index)),
  ).flat();
  const from = round.filter((one) => one <= least * 1.000_001).at(-1) ?? least;
  const to = round.find((one) => one >= most * 0.999_999) ?? most;
  const marks = round.filter((one) => one >= from && one <= to);
  const every = Math.ceil(marks.length / 8);
  return {
    low: Math.log10(from),
    high: Math.log10(to),
    ticks: marks
      .filter((_, index) => index % every === 0)
      .map((value) => ({
        value: Math.log10(value),
        text: formatSi(value, unit).replace(/\.0+(?=\s)/, ""),
      })),
    suffix: "",
    to: Math.log10,
  };
}
