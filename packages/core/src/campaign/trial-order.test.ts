import { expect, test } from "vitest";
import type { Variant } from "../experiment/variant.js";
import { trialOrder } from "./trial-order.js";

const variants = ["a", "b", "c", "d"].map((id) => ({ id }) as Variant);
const names = (repetitions: number, seed?: number) =>
  trialOrder(variants, repetitions, seed).map(({ variant, repetition }) => variant.id + repetition);

test("without a seed every repetition is as listed", () => {
  expect(names(2)).toEqual(["a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2"]);
});

// records name only the seed: should this change, resumed runs would go on in another order
test("a seed gives the same order for ever", () => {
  expect(names(3, 7).join(" ")).toMatchInlineSnapshot(`"a1 b1 d1 c1 c2 b2 a2 d2 c3 d3 a3 b3"`);
  expect(names(3, 7)).toEqual(names(3, 7));
});

test("a longer campaign begins as a shorter one", () => {
  expect(names(5, 7).slice(0, 12)).toEqual(names(3, 7));
});

test("every repetition holds every variant once, whatever the seed", () => {
  for (let seed = 0; seed < 50; seed++) {
    const order = names(3, seed);
    for (const repetition of [1, 2, 3]) {
      const block = order.slice(4 * (repetition - 1), 4 * repetition);
      expect([...block].sort()).toEqual(["a", "b", "c", "d"].map((id) => id + repetition));
    }
  }
});

test("every variant comes first about as often as any other", () => {
  const first = trialOrder(variants, 4_000, 1).filter((_, index) => index % 4 === 0);
  for (const { id } of variants) {
    const count = first.filter(({ variant }) => variant.id === id).length;
    // 1000 expected with a standard deviation of 27
    expect(count).toBeGreaterThan(860);
    expect(count).toBeLessThan(1140);
  }
});
