import { pairsOf } from "../embedded-hosts.js";

/** A pair of ends of a link, as a link of its own. */
interface EndPair<E> {
  readonly name: string;
  readonly ends: readonly [E, E];
}

/** The pairs of ends of a link: itself, or where it is a switch with more ends a link for each pair, named by their hosts. */
export function linkPairs<E>(
  name: string,
  ends: readonly E[],
  hostOf: (end: E) => string,
): readonly EndPair<E>[] {
  const [first, second, ...others] = ends;
  if (first === undefined || second === undefined) return [];
  if (others.length === 0) return [{ name, ends: [first, second] }];
  return pairsOf([first, second, ...others]).map((pair) => ({
    name: [name, ...pair.map(hostOf)].join("-"),
    ends: pair,
  }));
}
