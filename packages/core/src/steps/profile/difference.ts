import type { JournalEntry } from "../../plan/journal-entry.js";
import type { PlannedStep } from "../../plan/plan.js";

/** A change in force, as far as a switch goes by it. */
export type InForce = Pick<JournalEntry, "stepId" | "check" | "wanted">;

/** What a switch does on one host. */
export interface ProfileDifference<E extends InForce> {
  /** Changes that stay: the new profile wants the same. */
  readonly keep: readonly E[];
  /** Changes to undo, in the order they were made. */
  readonly undo: readonly E[];
  /** Steps that cannot be done, whatever is undone before. */
  readonly blocked: readonly string[];
}

/** A driver makes its queues anew for these, and forgets what was set of them. */
const queueMaker = /^link:([^:]+):channels$/;

/**
 * Compares changes in force on a host, in the order they were made, with the steps of a profile as
 * planned on it now. A change is kept where the new profile's step of that id asks the same question and
 * is satisfied.
 */
export function profileDifference<E extends InForce>(
  inForce: readonly E[],
  planned: readonly PlannedStep[],
): ProfileDifference<E> {
  const byId = new Map(planned.map((one) => [one.step.id, one]));
  const remade = new Set<string>();
  const keep: E[] = [];
  const undo: E[] = [];
  for (const entry of inForce) {
    const nic = /^link:([^:]+):/.exec(entry.stepId)?.[1];
    const stays = isKept(entry, byId.get(entry.stepId)) && !(nic !== undefined && remade.has(nic));
    (stays ? keep : undo).push(entry);
    const maker = queueMaker.exec(entry.stepId)?.[1];
    if (!stays && maker !== undefined) remade.add(maker);
  }
  const ours = new Set(undo.map(({ stepId }) => stepId));
  const blocked = planned.flatMap(({ step, decision }) =>
    decision.state === "impossible" && !ours.has(step.id) ? [step.id] : [],
  );
  return { keep, undo, blocked };
}

function isKept(entry: InForce, planned: PlannedStep | undefined): boolean {
  if (planned === undefined || planned.decision.state !== "satisfied") return false;
  return JSON.stringify(entry.check.argv) === JSON.stringify(planned.step.check.argv);
}
