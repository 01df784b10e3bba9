/** Relative width of a bucket; percentiles are off by at most half of it. */
const growth = 1.01;
const logGrowth = Math.log(growth);

/** Mean, deviation and percentiles of a stream of positive numbers in bounded memory. */
export class Distribution {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #buckets = new Map<number, number>();

  /** Takes one value (Welford's recurrence, and a bucket on a logarithmic scale). */
  add(value: number): void {
    this.#count += 1;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    const key = value > 0 ? Math.ceil(Math.log(value) / logGrowth) : Number.MIN_SAFE_INTEGER;
    this.#buckets.set(key, (this.#buckets.get(key) ?? 0) + 1);
  }

  /** Number of values taken. */
  get count(): number {
    return this.#count;
  }

  /** Count, exact mean, sample deviation and bounds; undefined before the first value. */
  summary() {
    if (this.#count === 0) return undefined;
    return {
      count: this.#count,
      mean: this.#mean,
      stdDev: this.#count < 2 ? 0 : Math.sqrt(this.#squares / (this.#count - 1)),
      min: this.#min,
      max: this.#max,
    };
  }

  /** The value below which `percent` of the values lie, within 0.5 percent. */
  percentile(percent: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (const key of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(key) ?? 0;
      if (seen < rank) continue;
      const middle = key === Number.MIN_SAFE_INTEGER ? 0 : (2 * growth ** key) / (growth + 1);
      return Math.min(this.#max, Math.max(this.#min, middle));
    }
    return this.#max;
  }
}
