import { siScale } from "@hoststack/tools";
import type { Unit } from "../figures.js";

/** A scale from values to places on an axis, with its marks. */
export interface Axis {
  /** Ends of the axis, in values. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** Unit of the texts, e.g. `Gbit/s`. */
  readonly suffix: string;
}

/** Smallest of 1, 2, 5 times a power of ten that is not below a step. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const nice = [1, 2, 5, 10].find((one) => one * power >= step * 0.999_999) ?? 10;
  return nice * power;
}

const wantedSteps = 5;
/** Beyond these, sums, differences and shares of values are no numbers any more. */
const largestValue = 1e300;
const smallestValue = 1e-300;
/** Values closer to each other than this share of them lie on one mark. */
const finest = 1e-9;

/** An axis that holds some values and ends on round marks; `fromZero` makes lengths comparable. */
export function valueAxis(
  values: readonly number[],
  { unit, fromZero }: { readonly unit: Unit; readonly fromZero: boolean },
): Axis {
  const known = values
    .filter((value) => Math.abs(value) < largestValue)
    .map((value) => (Math.abs(value) < smallestValue ? 0 : value));
  const all = fromZero || known.length === 0 ? [0, ...known] : known;
  const low = all.reduce((a, b) => Math.min(a, b));
  const most = all.reduce((a, b) => Math.max(a, b));
  const high = most - low > finest * Math.abs(low) ? most : low + (Math.abs(low) || 1);
  const step = niceStep((high - low) / wantedSteps);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const { factor, suffix } = siScale(Math.max(Math.abs(first), Math.abs(last)) * step, unit);
  const decimals = Math.min(9, Math.max(0, -Math.floor(Math.log10(step / factor) + 1e-9)));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: (value / factor).toFixed(decimals) };
  });
  return { low: first * step, high: last * step, ticks, suffix };
}

/** Place of a value between two ends, rounded to a tenth of a pixel. */
export function place(axis: Axis, from: number, to: number): (value: number) => number {
  const span = axis.high - axis.low;
  return (value) => {
    const share = Math.min(1, Math.max(0, (value - axis.low) / span));
    return Math.round((from + share * (to - from)) * 10) / 10;
  };
}
