import type { Host } from "../../host/host.js";
import { type ApplyOptions, type ApplyReport, applyPlan } from "../../plan/apply-plan.js";
import { acquireLease, type Lease, type LeaseOptions } from "../../plan/lease.js";
import { makePlan, type Plan, type PlanTarget } from "../../plan/plan.js";
import { isUndone, undoEntries, undoError } from "../../plan/undo-entries.js";
import { profileDifference } from "./difference.js";

const undoDeadlineMs = 600_000;

/** A named list of steps on each host. */
export interface Profile {
  readonly name: string;
  readonly targets: readonly PlanTarget[];
}

/** What a switch did. */
export interface ProfileReport {
  /** Changes made, all hosts together. */
  readonly applied: number;
  readonly undone: number;
  /** Changes of the profile before that stayed. */
  readonly kept: number;
}

/** Hosts that are in one profile at a time; disposing it sets them back. */
export interface ProfileSwitch extends AsyncDisposable {
  /** Name of the profile the hosts are in; undefined before the first, and where a switch and the way back failed. */
  readonly current: string | undefined;
  /** Fires with LEASE_LOST when the hosts undo the changes themselves. */
  readonly lost: AbortSignal;
  /**
   * Brings the hosts into a profile: undoes what the one before did and this one does not want, and does
   * what is missing. Where that fails the profile before is brought back. Throws PLAN_IMPOSSIBLE, before
   * anything is undone where undoing could not help; RESTORE_CONFLICT where a change could not be undone;
   * what `makePlan` and `applyPlan` throw.
   */
  to(profile: Profile, options?: Omit<ApplyOptions, "lease">): Promise<ProfileReport>;
}

type InForce = ApplyReport["entries"][number];

/**
 * Takes hosts for switching between profiles. Scoped changes are undone at the end, and by the hosts
 * when this process dies; kept ones stay. Throws as `acquireLease` does.
 */
export async function openProfileSwitch(
  hosts: readonly Host[],
  options: LeaseOptions,
): Promise<ProfileSwitch> {
  return new LeasedSwitch(await acquireLease(hosts, options));
}

class LeasedSwitch implements ProfileSwitch {
  readonly #lease: Lease;
  #inForce: readonly InForce[] = [];
  #profile: Profile | undefined;

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  get current(): string | undefined {
    return this.#profile?.name;
  }

  get lost(): AbortSignal {
    return this.#lease.lost;
  }

  async to(profile: Profile, options: Omit<ApplyOptions, "lease"> = {}): Promise<ProfileReport> {
    const before = this.#profile;
    try {
      return await this.#to(profile, options);
    } catch (error) {
      // A hindrance found before anything was undone has left the profile in force.
      if (before !== undefined && this.#profile === undefined) {
        await this.#to(before, {}).catch(() => {});
      }
      throw error;
    }
  }

  async #to(profile: Profile, options: Omit<ApplyOptions, "lease">): Promise<ProfileReport> {
    const asked = options.signal === undefined ? {} : { signal: options.signal };
    const apply = { ...options, lease: this.#lease };
    const plan = await makePlan(profile.targets, asked);
    const { undo, kept, blocked } = this.#difference(plan.hosts);
    // Throws what stands in the way, before anything is done.
    if (blocked.length > 0) await applyPlan(plan, apply);
    this.#profile = undefined;
    await this.#undo(undo);
    const current = undo.length === 0 ? plan : await makePlan(profile.targets, asked);
    const { entries, changes } = await applyPlan(current, apply);
    this.#inForce = [...this.#inForce, ...entries.filter(isScoped)];
    this.#profile = profile;
    return { applied: changes, undone: undo.length, kept };
  }

  #difference(planned: Plan["hosts"]) {
    const hosts = new Set([...this.#inForce, ...planned].map(({ host }) => host));
    const parts = [...hosts].map((host) => {
      const own = this.#inForce.filter((one) => one.host === host);
      const steps = planned.find((one) => one.host === host)?.steps ?? [];
      const { keep, undo, blocked } = profileDifference(
        own.map(({ entry }) => entry),
        steps,
      );
      return { undo: own.filter(({ entry }) => undo.includes(entry)), kept: keep.length, blocked };
    });
    return {
      kept: parts.reduce((sum, { kept }) => sum + kept, 0),
      undo: parts.flatMap(({ undo }) => undo),
      blocked: parts.flatMap(({ blocked }) => blocked),
    };
  }

  async #undo(changes: readonly InForce[]): Promise<void> {
    const entries = new Set(changes.map(({ entry }) => entry));
    const hosts = new Map(changes.map(({ host, place }) => [host, place]));
    const results = await Promise.all(
      [...hosts].map(([host, place]) => {
        const own = changes.filter((one) => one.host === host).map(({ entry }) => entry);
        return undoEntries({ host, place }, own, { deadlineMs: undoDeadlineMs });
      }),
    );
    const stays = results.flat().filter(({ outcome }) => !isUndone(outcome));
    for (const { entry } of stays) entries.delete(entry);
    this.#inForce = this.#inForce.filter(({ entry }) => !entries.has(entry));
    if (stays.length > 0) throw undoError(stays);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#profile = undefined;
    try {
      await this.#undo(this.#inForce);
    } finally {
      await this.#lease[Symbol.asyncDispose]();
    }
  }
}

const isScoped = ({ entry }: InForce) => entry.lifetime === "scoped";
