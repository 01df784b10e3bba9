import type { Measurement } from "../measurements.js";
import { optionsThatDiffer, valueText } from "../option-differences.js";

/** A measurement of each side, or of one alone, and why they cannot be compared if so. */
export interface Pair {
  readonly a?: Measurement;
  readonly b?: Measurement;
  readonly obstacle?: string;
}

/** What makes two variants the same measurement: experiment and options, whatever they are called. */
function sameKey({ variant: { experiment, options } }: Measurement): string {
  const sorted = Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([experiment, sorted]);
}

function obstacleOf(a: Measurement, b: Measurement): string | undefined {
  const [one, other] = [a.run.record, b.run.record];
  if (one.system.name !== other.system.name) {
    return `systems differ: ${one.system.name} / ${other.system.name}`;
  }
  const options = optionsThatDiffer([a.variant.options, b.variant.options]).map((name) => {
    const [left, right] = [a, b].map(({ variant }) => valueText(variant.options[name]));
    return `${name} ${left} / ${right}`;
  });
  if (options.length > 0) return `options differ: ${options.join(", ")}`;
  const [left, right] = [one.testbed.evidence, other.testbed.evidence];
  return left === right ? undefined : `evidence levels differ: ${left} / ${right}`;
}

function pairOf(a: Measurement, b: Measurement): Pair {
  const obstacle = obstacleOf(a, b);
  return obstacle === undefined ? { a, b } : { a, b, obstacle };
}

/** Takes each of `left` with the first of `right` that a rule lets it have; both lists lose what is paired. */
function take(
  left: Measurement[],
  right: Measurement[],
  fits: (a: Measurement, b: Measurement) => boolean,
): Pair[] {
  return [...left].flatMap((a) => {
    const at = right.findIndex((b) => fits(a, b));
    const b = right[at];
    if (b === undefined) return [];
    left.splice(left.indexOf(a), 1);
    right.splice(at, 1);
    return [pairOf(a, b)];
  });
}

/**
 * Pairs the measurements of two runs: first those of the same experiment and options, then those of the
 * same experiment and name, whose options differ and are told; the rest is alone.
 */
export function pairVariants(ofA: readonly Measurement[], ofB: readonly Measurement[]): Pair[] {
  const [left, right] = [[...ofA], [...ofB]];
  const sameName = (a: Measurement, b: Measurement) => a.variant.id === b.variant.id;
  const same = (a: Measurement, b: Measurement) => sameKey(a) === sameKey(b);
  const pairs = [
    ...take(left, right, (a, b) => same(a, b) && sameName(a, b)),
    ...take(left, right, same),
    ...take(left, right, (a, b) => sameName(a, b) && a.variant.experiment === b.variant.experiment),
  ];
  return [
    ...pairs,
    ...left.map((a) => ({ a, obstacle: "only A has this measurement" })),
    ...right.map((b) => ({ b, obstacle: "only B has this measurement" })),
  ];
}
