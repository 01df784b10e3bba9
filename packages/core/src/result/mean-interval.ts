import { describeValues } from "./statistics.js";
import { tQuantile } from "./t-quantile.js";

/** An interval that holds the mean of what was sampled with a probability of 95 %. */
export interface MeanInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * The 95 % interval of the mean by Student's t distribution, which takes the values for independent
 * and normally distributed; undefined below two values, which say nothing of their spread.
 */
export function meanInterval(values: readonly number[]): MeanInterval | undefined {
  const { mean, sd } = describeValues(values);
  if (mean === undefined || sd === undefined) return undefined;
  const half = (tQuantile(0.975, values.length - 1) * sd) / Math.sqrt(values.length);
  return { low: mean - half, high: mean + half };
}
