import { hoststackError } from "../errors/error.js";
import { applyHost, type HostApplication, type PlanProgress } from "./apply-host.js";
import type { JournalEntry } from "./journal-entry.js";
import { acquireLease, type Lease } from "./lease.js";
import { type PlacedHost, passingEntries } from "./place.js";
import { type HostPlan, type ImpossibleStep, type Plan, remakePlan } from "./plan.js";
import { isUndone, type UndoneEntry, undoEntries, undoError } from "./undo-entries.js";

const defaultDeadlineMs = 3_600_000;

/** How a plan is applied. */
export interface ApplyOptions {
  /** The right to change the hosts. @default taken for this plan alone, in the same round trip */
  readonly lease?: Lease;
  readonly progress?: PlanProgress;
  /** Name of the tuning profile all changes belong to, for the journal. @default none */
  readonly profile?: string;
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
 * Where changes of another run are in force its lease is taken first, which undoes what a dead one left
 * (LEASE_HELD by one that is alive), and the plan is made again: it may be by them that a step is satisfied.
 *
 * A host stops at its first step that fails: kept changes stay, journalled and resumable; scoped ones
 * of all hosts are undone. Throws PLAN_IMPOSSIBLE before anything is done; PLAN_FAILED for a step that
 * failed or stays undecided; PLAN_STALE when a state is not the one the plan was made for; LEASE_HELD,
 * LEASE_LOST; RESTORE_CONFLICT when a scoped change stays; OPTIONS_INVALID for scoped steps without a lease (see `applyScoped`).
 */
export async function applyPlan(plan: Plan, options: ApplyOptions = {}): Promise<ApplyReport> {
  const settled = plan.hosts.every(
    ({ place }) => passingEntries(place, options.lease?.id).length === 0,
  );
  if (settled) checkApplicable(plan, options);
  const own =
    options.lease === undefined ? await ownLease(plan, settled, options.signal) : undefined;
  const lease = options.lease ?? own;
  try {
    if (settled) return await applyAll(plan, lease, options);
    const { signal } = options;
    const current = await remakePlan(plan, signal === undefined ? {} : { signal });
    checkApplicable(current, options);
    return await applyAll(current, lease, options);
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}

async function applyAll(
  plan: Plan,
  lease: Lease | undefined,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const signals = [options.signal, lease?.lost].filter((one) => one !== undefined);
  const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
  const applications = plan.hosts.filter(isBusy).map(
    (hostPlan): HostApplication => ({
      hostPlan,
      planId: plan.planId,
      profile: options.profile,
      lease,
      progress: options.progress ?? (() => {}),
      signal,
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
      begun: [],
    }),
  );
  const results = await Promise.allSettled(applications.map(applyHost));
  const failure = results.find((one) => one.status === "rejected");
  if (failure === undefined) return reportOf(plan, applications);
  const error = lease?.lost.aborted === true ? lease.lost.reason : failure.reason;
  const stays = await undoScoped(applications);
  throw stays.length === 0 ? error : undoError(stays, error);
}

function isBusy({ steps }: HostPlan): boolean {
  return steps.some(mayChange);
}

function mayChange({ decision }: HostPlan["steps"][number]): boolean {
  return decision.state === "needed" || decision.state === "unknownUntil";
}

function checkApplicable(plan: Plan, { lease }: ApplyOptions): void {
  const [first] = plan.impossible;
  if (first !== undefined) throw impossibleError(plan, first);
  const scoped = ({ step }: HostPlan["steps"][number]) => step.lifetime === "scoped";
  if (lease !== undefined) return;
  if (!plan.hosts.some(({ steps }) => steps.filter(scoped).some(mayChange))) return;
  throw hoststackError(
    "OPTIONS_INVALID",
    "scoped steps need a lease, which undoes them at its end",
    { remedy: "use applyScoped, or pass a lease" },
  );
}

function impossibleError(plan: Plan, first: ImpossibleStep): Error {
  const more = plan.impossible.length === 1 ? "" : ` (and ${plan.impossible.length - 1} more)`;
  return hoststackError(
    "PLAN_IMPOSSIBLE",
    `step "${first.stepId}" cannot be done on ${first.host}: ${first.reason}${more}`,
    { remedy: first.remedy, details: { impossible: plan.impossible } },
  );
}

/**
 * A lease apart from the steps' round trip: only where changes of another run are in force, where steps
 * are decided later or need files brought, or where hosts are one machine and must share it.
 */
async function ownLease(
  plan: Plan,
  settled: boolean,
  signal: AbortSignal | undefined,
): Promise<Lease | undefined> {
  const hosts = settled ? plan.hosts.filter(isBusy) : plan.hosts;
  const machines = new Set(hosts.map(({ place }) => `${place.machineId} ${place.bootId}`));
  const later = hosts.some(({ steps }) => steps.some(isLater));
  if (settled && !later && machines.size === hosts.length) return undefined;
  return await acquireLease(
    hosts.map(({ host }) => host),
    { purpose: "apply a plan", ...(signal === undefined ? {} : { signal }) },
  );
}

/** Whether something has to be asked or brought between taking the lease and acting under it. */
function isLater({ decision }: HostPlan["steps"][number]): boolean {
  if (decision.state === "needed") return (decision.supplies ?? []).length > 0;
  return decision.state === "unknownUntil";
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
