import { hoststackError } from "../errors/error.js";
import { applyHost, type HostApplication, type PlanProgress } from "./apply-host.js";
import type { JournalEntry } from "./journal-entry.js";
import { acquireLease, type Lease } from "./lease.js";
import type { PlacedHost } from "./place.js";
import type { HostPlan, Plan } from "./plan.js";
import { isUndone, type UndoneEntry, undoEntries, undoError } from "./undo-entries.js";

const defaultDeadlineMs = 3_600_000;

/** How a plan is applied. */
export interface ApplyOptions {
  /** The right to change the hosts. @default taken for this plan alone, in the same round trip */
  readonly lease?: Lease;
  readonly progress?: PlanProgress;
  /** Ends the application (INTERRUPTED) and undoes its scoped steps. */
  readonly signal?: AbortSignal;
  /** For all steps of one host (COMMAND_TIMED_OUT). @default 3_600_000 */
  readonly deadlineMs?: number;
}

/** What was changed. */
export interface ApplyReport {
  readonly changes: number;
  readonly hosts: readonly {
    readonly host: string;
    /** Ids of the steps that acted, in order. */
    readonly applied: readonly string[];
  }[];
  /** The journal entries of all changes, in order of each host. */
  readonly entries: readonly (PlacedHost & { readonly entry: JournalEntry })[];
}

/**
 * Does what a plan says, all hosts at once and each in one round trip: for every needed step journal,
 * actions and proof. A host without changes is not asked at all. Steps that could not be decided are
 * planned again once those before them are done.
 *
 * A host stops at its first step that fails: kept changes stay, journalled and resumable; scoped ones
 * of all hosts are undone. Throws PLAN_IMPOSSIBLE before anything is done; PLAN_FAILED for a step that
 * failed or stays undecided; PLAN_STALE when a state is not the one the plan was made for; LEASE_HELD,
 * LEASE_LOST; RESTORE_CONFLICT when a scoped change stays; OPTIONS_INVALID for scoped steps without a lease (see `applyScoped`).
 */
export async function applyPlan(plan: Plan, options: ApplyOptions = {}): Promise<ApplyReport> {
  checkPossible(plan);
  const busy = plan.hosts.filter((one) => one.steps.some(mayChange));
  const own = await ownLease(busy, options);
  const lease = options.lease ?? own;
  const signals = [options.signal, lease?.lost].filter((one) => one !== undefined);
  const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
  const applications = busy.map(
    (hostPlan): HostApplication => ({
      hostPlan,
      planId: plan.planId,
      lease,
      progress: options.progress ?? (() => {}),
      signal,
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
      begun: [],
    }),
  );
  try {
    const results = await Promise.allSettled(applications.map(applyHost));
    const failure = results.find((one) => one.status === "rejected");
    if (failure === undefined) return reportOf(plan, applications);
    const error = lease?.lost.aborted === true ? lease.lost.reason : failure.reason;
    const stays = await undoScoped(applications);
    throw stays.length === 0 ? error : undoError(stays, error);
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}

function mayChange({ decision }: HostPlan["steps"][number]): boolean {
  return decision.state === "needed" || decision.state === "unknownUntil";
}

function checkPossible(plan: Plan): void {
  const [first] = plan.impossible;
  if (first === undefined) return;
  const more = plan.impossible.length === 1 ? "" : ` (and ${plan.impossible.length - 1} more)`;
  throw hoststackError(
    "PLAN_IMPOSSIBLE",
    `step "${first.stepId}" cannot be done on ${first.host}: ${first.reason}${more}`,
    { remedy: first.remedy, details: { impossible: plan.impossible } },
  );
}

/**
 * A lease apart from the steps' round trip: only where steps are decided later, or where hosts are one
 * machine and must share it.
 */
async function ownLease(
  busy: readonly HostPlan[],
  options: ApplyOptions,
): Promise<Lease | undefined> {
  if (options.lease !== undefined) return undefined;
  const steps = busy.flatMap((one) => one.steps);
  if (steps.some((one) => one.step.lifetime === "scoped" && mayChange(one))) {
    throw hoststackError(
      "OPTIONS_INVALID",
      "scoped steps need a lease, which undoes them at its end",
      {
        remedy: "use applyScoped, or pass a lease",
      },
    );
  }
  const machines = new Set(busy.map(({ place }) => `${place.machineId} ${place.bootId}`));
  const later = steps.some(({ decision }) => decision.state === "unknownUntil");
  if (!later && machines.size === busy.length) return undefined;
  return await acquireLease(
    busy.map(({ host }) => host),
    {
      purpose: "apply a plan",
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
}

/** What stays of the scoped changes. A host that cannot be reached undoes its own when its lease expires. */
async function undoScoped(applications: readonly HostApplication[]): Promise<UndoneEntry[]> {
  const results = await Promise.allSettled(
    applications.map(({ hostPlan, begun, deadlineMs }) =>
      undoEntries(
        hostPlan,
        begun.filter(({ lifetime }) => lifetime === "scoped"),
        { deadlineMs },
      ),
    ),
  );
  return results
    .flatMap((one) => (one.status === "fulfilled" ? one.value : []))
    .filter(({ outcome }) => !isUndone(outcome));
}

function reportOf(plan: Plan, applications: readonly HostApplication[]): ApplyReport {
  const entries = applications.flatMap(({ hostPlan: { host, place }, begun }) =>
    begun.map((entry) => ({ host, place, entry })),
  );
  return {
    changes: entries.length,
    hosts: plan.hosts.map(({ host }) => ({
      host: host.name,
      applied: entries.filter((one) => one.host === host).map(({ entry }) => entry.stepId),
    })),
    entries,
  };
}
