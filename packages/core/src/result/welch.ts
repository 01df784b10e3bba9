import type { MeanInterval } from "./mean-interval.js";
import { tQuantile } from "./t-quantile.js";

/** What is known of one side of a comparison. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation (n - 1). */
  readonly sd: number;
  /** Number of values, at least 2. */
  readonly n: number;
}

/** Difference of two means, with its 95 % interval. */
export interface Difference extends MeanInterval {
  /** Mean of the second side minus mean of the first. */
  readonly difference: number;
  /** Of Welch and Satterthwaite; undefined when neither side has any spread. */
  readonly degreesOfFreedom?: number;
}

/**
 * The difference of two means with its 95 % interval by Welch, who lets the spreads differ. It takes
 * the values for independent and normally distributed. Where neither side has any spread the interval
 * shrinks to the difference itself.
 */
export function welchDifference(a: Spread, b: Spread): Difference {
  const difference = b.mean - a.mean;
  const [errorA, errorB] = [a.sd / Math.sqrt(a.n), b.sd / Math.sqrt(b.n)];
  const error = Math.hypot(errorA, errorB);
  if (error === 0) return { difference, low: difference, high: difference };
  // as shares of the whole, so that squares of small values do not vanish
  const [shareA, shareB] = [(errorA / error) ** 2, (errorB / error) ** 2];
  const degreesOfFreedom = 1 / (shareA ** 2 / (a.n - 1) + shareB ** 2 / (b.n - 1));
  const half = tQuantile(0.975, degreesOfFreedom) * error;
  return { difference, low: difference - half, high: difference + half, degreesOfFreedom };
}
