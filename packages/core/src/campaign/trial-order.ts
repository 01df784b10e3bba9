import type { PlannedTrial } from "../experiment/series-request.js";
import type { Variant } from "../experiment/variant.js";

/** Largest seed. */
export const maxSeed = 2 ** 32 - 1;

/**
 * Whole numbers below a bound, the same ones for the same seed on every computer and in every version: records
 * name only the seed. Mulberry32 by Tommy Ettinger (public domain).
 */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The same things in an order drawn at random (Fisher and Yates). */
function shuffled<T>(things: readonly T[], random: (below: number) => number): T[] {
  const left = [...things];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(random(left.length), 1));
  return drawn;
}

/**
 * All trials of a campaign: each repetition holds every variant once, so that what changes slowly on the hosts
 * meets all of them alike. A seed draws the order within each repetition anew; without one it is that of the list.
 */
export function trialOrder(
  variants: readonly Variant[],
  repetitions: number,
  seed?: number,
): PlannedTrial[] {
  const random = seed === undefined ? undefined : randomNumbers(seed);
  return Array.from({ length: repetitions }, (_, index) => {
    const block = random === undefined ? variants : shuffled(variants, random);
    return block.map((variant) => ({ variant, repetition: index + 1 }));
  }).flat();
}
