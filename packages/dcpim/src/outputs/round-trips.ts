import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { parseFailure } from "./failure.js";

const name = "dcpim-round-trips";

const result = z.strictObject({
  count: z.int().positive(),
  meanS: z.number().positive(),
  medianS: z.number().positive(),
  p99S: z.number().positive(),
  p999S: z.number().positive(),
  maxS: z.number().positive(),
});

/** Round-trip times a ping-pong client measured by its own clock. */
export type RoundTrips = z.infer<typeof result>;

const figure = /^finish time: (\S+)$/;
/** As the program's streams print a double by default: six digits, small ones with an exponent. */
const decimal = /^\d+(?:\.\d+)?(?:e[+-]?\d{2,3})?$/;

/** The smallest value with at least that share of all at or below it. */
function quantile(sorted: readonly (readonly [number, number])[], total: number, share: number) {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= share * total) return value;
  }
  return Number.NaN;
}

/**
 * Reads `netperf-I.log` of a client that waits for each answer: lines `finish time: SECONDS`. Memory is bounded by how
 * many different values six digits make. A last line that is cut is left out; any other line is refused.
 */
export const roundTripsParser = defineParser<RoundTrips>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const counts = new Map<number, number>();
    let pending: string | undefined;
    const take = (text: string) => {
      const word = figure.exec(text)?.[1];
      if (word === undefined || !decimal.test(word)) {
        throw parseFailure(name, `"${text.slice(0, 80)}" is no line of a ping-pong client`);
      }
      const value = Number(word);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    };
    return {
      line(text) {
        // whether a line is whole is known once another follows
        if (pending !== undefined) take(pending);
        pending = text;
      },
      end() {
        const sorted = [...counts].sort(([a], [b]) => a - b);
        const total = sorted.reduce((sum, [, count]) => sum + count, 0);
        if (total === 0) throw parseFailure(name, "no round trip is told");
        const sum = sorted.reduce((all, [value, count]) => all + value * count, 0);
        return {
          count: total,
          meanS: sum / total,
          medianS: quantile(sorted, total, 0.5),
          p99S: quantile(sorted, total, 0.99),
          p999S: quantile(sorted, total, 0.999),
          maxS: sorted.at(-1)?.[0],
        };
      },
    };
  },
});
