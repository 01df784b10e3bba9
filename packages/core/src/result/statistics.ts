/** Median, mean, spread and range of some values. `sd` needs two values, the rest one. */
export interface Statistics {
  readonly median?: number;
  readonly mean?: number;
  /** Sample standard deviation (n - 1). */
  readonly sd?: number;
  readonly min?: number;
  readonly max?: number;
}

/** Describes values; an empty list gives no figure at all rather than zeros. */
export function describeValues(values: readonly number[]): Statistics {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return {};
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)] ?? min, sorted[Math.ceil(middle)] ?? max];
  const base = { median: (low + high) / 2, mean, min, max };
  if (sorted.length < 2) return base;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { ...base, sd: Math.sqrt(squares / (sorted.length - 1)) };
}
