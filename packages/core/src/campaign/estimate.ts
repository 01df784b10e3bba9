import type { Variant } from "../experiment/variant.js";
import type { TrialRecord } from "../result/record.js";
import { describeValues } from "../result/statistics.js";

/** What a trial is taken to last beyond its test time until one has been measured, in seconds. */
export const assumedOverheadS = 3;
/** What a test is taken to last whose experiment does not say, until one has been measured, in seconds. */
export const assumedTestS = 5;

/**
 * How long the test of a variant lasts by its options, in seconds, where they say. What it may send at most is no
 * measure: tests that count iterations bound that by far.
 */
function testSeconds({ options }: Pick<Variant, "options">): number | undefined {
  const { durationS } = options;
  return typeof durationS === "number" ? durationS : undefined;
}

/** Tells how long trials last, from those that are finished. */
export class TrialDurations {
  readonly #variants: ReadonlyMap<string, Variant>;
  readonly #measured = new Map<string, number[]>();

  constructor(
    variants: readonly Variant[],
    trials: readonly Pick<TrialRecord, "variant" | "durationS">[] = [],
  ) {
    this.#variants = new Map(variants.map((variant) => [variant.id, variant]));
    for (const { variant, durationS } of trials) this.add(variant, durationS);
  }

  /** Takes the duration of a finished trial. */
  add(variant: string, durationS: number): void {
    this.#measured.set(variant, [...(this.#measured.get(variant) ?? []), durationS]);
  }

  /** Finished trials. */
  get count(): number {
    return [...this.#measured.values()].flat().length;
  }

  /** Median of what trials lasted beyond their test time, in seconds; undefined before the first one. */
  overheadS(): number | undefined {
    const overheads = [...this.#measured].flatMap(([id, durations]) => {
      const variant = this.#variants.get(id);
      const testS = variant && testSeconds(variant);
      return testS === undefined ? [] : durations.map((one) => one - testS);
    });
    return describeValues(overheads).median;
  }

  /** How long a trial of a variant will last: as its own did, else its test time and what others took beside. */
  expectedS(variant: Variant): number {
    const own = describeValues(this.#measured.get(variant.id) ?? []).median;
    if (own !== undefined) return own;
    const all = describeValues([...this.#measured.values()].flat()).median;
    const testS = testSeconds(variant);
    if (testS === undefined) return all ?? assumedTestS + assumedOverheadS;
    return testS + Math.max(0, this.overheadS() ?? assumedOverheadS);
  }

  /** How long some trials will last together. */
  sumS(variants: readonly Variant[]): number {
    return variants.reduce((sum, variant) => sum + this.expectedS(variant), 0);
  }
}
