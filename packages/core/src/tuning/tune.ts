import type { Host } from "../host/host.js";
import type { PlanProgress } from "../plan/apply-host.js";
import { type ApplyReport, applyPlan } from "../plan/apply-plan.js";
import type { JournalEntry } from "../plan/journal-entry.js";
import { acquireLease, type Lease } from "../plan/lease.js";
import type { PlacedHost } from "../plan/place.js";
import { type HostPlan, makePlan, type Plan, type PlanTarget } from "../plan/plan.js";
import { isUndone, undoEntries, undoError } from "../plan/undo-entries.js";
import { profileDifference } from "../steps/profile/difference.js";
import { isGone, tunedEntries } from "./entries.js";

const undoDeadlineMs = 600_000;

/** A profile as steps of hosts. */
export interface TuningTargets {
  readonly profile: string;
  readonly targets: readonly PlanTarget[];
  /** Names of all hosts of the testbed, also of those left alone. @default those of the targets */
  readonly hostNames?: readonly string[];
}

/** What a change of profile does on one host before its plan. */
export interface TunedBefore {
  readonly place: PlacedHost;
  /** Changes of the profile before that go, in the order of undoing. */
  readonly undo: readonly JournalEntry[];
  /** Those that stay, because this profile wants them too. */
  readonly keep: readonly JournalEntry[];
  /** Ids of steps that cannot be done, whatever is undone before. */
  readonly blocked: readonly string[];
}

/** Steering rules of a NIC stand in each other's way, wherever they begin and however many there are. */
const rulesOfNic = (stepId: string) => /^link:[^:]+:flow-steering:/.exec(stepId)?.[0];

/** Undoing may only help where the profile before changed the very thing a step asks about. */
function mayHelp({ stepId, check }: JournalEntry, step: HostPlan["steps"][number]["step"]) {
  const rules = rulesOfNic(step.id);
  if (rules !== undefined) return stepId.startsWith(rules);
  return stepId === step.id && JSON.stringify(check.argv) === JSON.stringify(step.check.argv);
}

const blockedSteps = (steps: HostPlan["steps"], undo: readonly JournalEntry[]): readonly string[] =>
  steps
    .filter(({ decision }) => decision.state === "impossible")
    .filter(({ step }) => !undo.some((one) => mayHelp(one, step)))
    .map(({ step }) => step.id);

/** What would be changed, decided on what the hosts say now. */
export interface TuningPlan extends TuningTargets {
  /** As the hosts are now: what stands behind changes that go is decided again. */
  readonly plan: Plan;
  readonly before: readonly TunedBefore[];
  /** Steps that cannot be done, whatever is undone before. */
  readonly blocked: boolean;
  /** Changes to undo and steps to do, all hosts together. */
  readonly changes: number;
}

/**
 * Asks the hosts for the state of a profile's steps and for what an earlier profile has changed. Changes
 * nothing. Throws as `makePlan` does.
 */
export async function planTuning(tuning: TuningTargets, signal: AbortSignal): Promise<TuningPlan> {
  const plan = await makePlan(tuning.targets, { signal });
  const names = tuning.hostNames ?? tuning.targets.map(({ host }) => host.name);
  const entries = await tunedEntries(plan.hosts, names, signal);
  const before = plan.hosts.map((hostPlan): TunedBefore => {
    const own = entries.get(hostPlan.host) ?? [];
    const inForce = own.filter((entry) => !isGone(entry, hostPlan.place));
    const { keep } = profileDifference(inForce, hostPlan.steps);
    const undo = own.filter((entry) => !keep.includes(entry)).reverse();
    return { place: hostPlan, undo, keep, blocked: blockedSteps(hostPlan.steps, undo) };
  });
  const undone = before.reduce((sum, { undo }) => sum + undo.length, 0);
  const blocked = before.some((one) => one.blocked.length > 0);
  return { ...tuning, plan, before, blocked, changes: undone + plan.changes };
}

/** How a profile is applied. */
export interface TuningOptions {
  readonly signal: AbortSignal;
  readonly progress?: PlanProgress;
}

/** What was changed. */
export interface TuningReport {
  readonly undone: number;
  readonly kept: number;
  readonly applied: ApplyReport;
}

async function undoAll(before: readonly TunedBefore[], signal: AbortSignal): Promise<number> {
  const results = await Promise.all(
    before.map(({ place, undo }) =>
      undoEntries(place, undo, { signal, deadlineMs: undoDeadlineMs }),
    ),
  );
  const stays = results.flat().filter(({ outcome }) => !isUndone(outcome));
  if (stays.length > 0) throw undoError(stays);
  return results.flat().length;
}

async function applyUnder(
  lease: Lease,
  tuning: TuningPlan,
  { signal, progress }: TuningOptions,
): Promise<TuningReport> {
  const { plan, before, targets, profile } = tuning;
  const apply = { lease, profile, signal, ...(progress === undefined ? {} : { progress }) };
  // Throws what stands in the way, before anything is done.
  if (tuning.blocked) await applyPlan(plan, apply);
  const undone = await undoAll(before, signal);
  const current = undone === 0 ? plan : await makePlan(targets, { signal });
  const applied = await applyPlan(current, apply);
  return { undone, kept: before.reduce((sum, { keep }) => sum + keep.length, 0), applied };
}

/**
 * Does what `planTuning` planned: undoes what the profile before changed and this one does not want, then
 * does what is missing. All of it stays, journalled on the hosts, until it is restored or another profile
 * takes its place; the same holds for what was done before a failure. Throws PLAN_IMPOSSIBLE, before
 * anything is undone where undoing could not help; RESTORE_CONFLICT where a change could not be undone; what
 * `applyPlan` and `acquireLease` throw.
 */
export async function applyTuning(
  tuning: TuningPlan,
  options: TuningOptions,
): Promise<TuningReport> {
  const hosts = tuning.targets.map(({ host }): Host => host);
  const purpose = `tuning profile ${tuning.profile}`;
  await using lease = await acquireLease(hosts, { purpose, signal: options.signal });
  return await applyUnder(lease, tuning, options);
}
