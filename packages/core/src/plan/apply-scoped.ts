import { type ApplyOptions, type ApplyReport, applyPlan } from "./apply-plan.js";
import { acquireLease, type Lease, type LeaseOptions } from "./lease.js";
import type { Plan } from "./plan.js";
import { isUndone, undoEntries, undoError } from "./undo-entries.js";

const undoDeadlineMs = 600_000;

/** A plan that holds until it is disposed: then its scoped changes are undone and its own lease ends. */
export interface ScopedPlan extends AsyncDisposable {
  readonly report: ApplyReport;
  /** Fires with LEASE_LOST when the hosts undo the changes themselves. */
  readonly lost: AbortSignal;
}

/** How a plan is applied for a while. */
export interface ScopedOptions extends Omit<ApplyOptions, "lease">, LeaseOptions {
  /** The right to change the hosts; not released here. @default taken with `purpose` */
  readonly lease?: Lease;
}

/**
 * Applies a plan whose scoped changes are undone when the result is disposed, and by a guard on each
 * host when this process is killed or the connection is lost: as soon as the lease has expired. The
 * guard of a namespace host dies with its process namespace, and the namespace's changes with it;
 * changes to the machine that were made from there are undone by the next holder of its lease.
 *
 * Throws as `applyPlan` and `acquireLease` do. Disposing throws RESTORE_CONFLICT when a change could
 * not be undone or somebody else changed the same thing; it stays journalled then.
 */
export async function applyScoped(plan: Plan, options: ScopedOptions): Promise<ScopedPlan> {
  const hosts = plan.hosts.map(({ host }) => host);
  const lease = options.lease ?? (await acquireLease(hosts, options));
  const end = async () => {
    if (options.lease === undefined) await lease[Symbol.asyncDispose]();
  };
  try {
    const report = await applyPlan(plan, { ...options, lease });
    const dispose = async () => {
      try {
        await undoReport(report);
      } finally {
        await end();
      }
    };
    return { report, lost: lease.lost, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await end();
    throw error;
  }
}

async function undoReport({ entries }: ApplyReport): Promise<void> {
  const scoped = entries.filter(({ entry }) => entry.lifetime === "scoped");
  const hosts = [...new Set(scoped.map(({ host }) => host))];
  const results = await Promise.all(
    hosts.map((host) => {
      const own = scoped.filter((one) => one.host === host);
      const place = own[0]?.place;
      if (place === undefined) return [];
      return undoEntries(
        { host, place },
        own.map(({ entry }) => entry),
        {
          deadlineMs: undoDeadlineMs,
        },
      );
    }),
  );
  const stays = results.flat().filter(({ outcome }) => !isUndone(outcome));
  if (stays.length > 0) throw undoError(stays);
}
