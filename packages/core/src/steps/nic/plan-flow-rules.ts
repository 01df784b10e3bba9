import { type FlowRule, shownMatch, shownRule } from "./flow-rule.js";

/** A rule a NIC has. */
export interface ExistingRule {
  readonly location: number;
  /** As the step's check prints it. */
  readonly shown: string;
}

/** A rule with its place. */
interface PlacedRule {
  readonly location: number;
  readonly rule: FlowRule;
}

/** What is to be inserted, or the rule that stands against it. */
export type FlowRulePlan =
  | { readonly insert: readonly PlacedRule[] }
  | {
      readonly conflict: ExistingRule;
      readonly why: "taken" | "same packets";
      readonly wanted: string;
    };

/**
 * Puts rules at consecutive locations beginning with `firstLocation`. One that is there already is kept; a
 * location with another rule, and a rule for the same packets elsewhere, is a conflict: nothing of others
 * is ever overwritten.
 */
export function planFlowRules(
  rules: readonly FlowRule[],
  { existing, firstLocation }: { existing: readonly ExistingRule[]; firstLocation: number },
): FlowRulePlan {
  const insert: PlacedRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const location = firstLocation + index;
    const wanted = shownRule(rule);
    const taken = existing.find((one) => one.location === location);
    if (taken?.shown === wanted) continue;
    if (taken !== undefined) return { conflict: taken, why: "taken", wanted };
    const same = existing.find(({ shown }) => shownMatch(shown) === shownMatch(wanted));
    if (same !== undefined) return { conflict: same, why: "same packets", wanted };
    insert.push({ location, rule });
  }
  return { insert };
}

/** The lowest location from which on so many are free. */
export function freeLocations(count: number, existing: readonly ExistingRule[]): number {
  const taken = new Set(existing.map(({ location }) => location));
  let first = 0;
  for (let next = 0; next < first + count; next++) if (taken.has(next)) first = next + 1;
  return first;
}
