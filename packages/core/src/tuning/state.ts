import type { Host } from "../host/host.js";
import type { JournalEntry } from "../plan/journal-entry.js";
import { acquireLease } from "../plan/lease.js";
import { type PlacedHost, placeOfHost } from "../plan/place.js";
import { type UndoneEntry, undoEntries } from "../plan/undo-entries.js";
import { isGone, tunedEntries } from "./entries.js";

const undoDeadlineMs = 600_000;

/** A change of a profile, and whether it still is in force. */
export interface TunedState {
  readonly entry: JournalEntry;
  /** `before`: as it was before the change; `other`: somebody else has changed it since. */
  readonly state: "holds" | "before" | "other" | "restarted" | "unknown";
  /** What is there instead, where it is `other`. */
  readonly now?: string;
}

/** How hosts are asked or set back. */
export interface TuningAsk {
  readonly signal: AbortSignal;
  /** Names of all hosts of the testbed, also of those left alone. @default those of the hosts */
  readonly hostNames?: readonly string[];
}

const namesOf = (hosts: readonly Host[], { hostNames }: TuningAsk): readonly string[] =>
  hostNames ?? hosts.map(({ name }) => name);

/** The tuning of a host. */
export interface HostTuning {
  readonly host: string;
  /** In the order the changes were made. */
  readonly changes: readonly TunedState[];
}

function stateOf(entry: JournalEntry, now: string | undefined): TunedState {
  if (now === undefined) return { entry, state: "unknown" };
  if (now === entry.wanted) return { entry, state: "holds" };
  return now === entry.seen ? { entry, state: "before" } : { entry, state: "other", now };
}

async function tuningOf(
  { host, place }: PlacedHost,
  entries: readonly JournalEntry[],
  signal: AbortSignal,
): Promise<HostTuning> {
  const asked = entries.filter((entry) => !isGone(entry, place));
  const answers =
    asked.length === 0
      ? []
      : await host.batch(
          asked.map((one) => one.check),
          { signal },
        );
  const changes = entries.map((entry): TunedState => {
    const answer = answers[asked.indexOf(entry)];
    if (isGone(entry, place)) return { entry, state: "restarted" };
    return stateOf(entry, answer?.exitCode === 0 ? answer.stdout : undefined);
  });
  return { host: host.name, changes };
}

/**
 * Asks hosts which changes of tuning profiles their journals hold, and whether each is in force. Changes
 * nothing. Throws COMMAND_FAILED and what `Host.batch` throws.
 */
export async function tuningState(
  hosts: readonly Host[],
  ask: TuningAsk,
): Promise<readonly HostTuning[]> {
  const placed = await Promise.all(hosts.map((host) => placeOfHost(host, ask.signal)));
  return await tuningOfPlaced(placed, ask);
}

/** {@link tuningState} of hosts that have been asked for their places. */
export async function tuningOfPlaced(
  placed: readonly PlacedHost[],
  ask: TuningAsk,
): Promise<readonly HostTuning[]> {
  const { signal } = ask;
  const hosts = placed.map(({ host }) => host);
  const entries = await tunedEntries(placed, namesOf(hosts, ask), signal);
  return await Promise.all(placed.map((one) => tuningOf(one, entries.get(one.host) ?? [], signal)));
}

/** What became of the changes of profiles on a host, in the order of undoing. */
export interface HostUntuned {
  readonly host: string;
  readonly entries: readonly UndoneEntry[];
}

/**
 * Undoes the changes of tuning profiles, newest first, and nothing else. What somebody else has changed
 * since is left alone and told. Throws LEASE_HELD, INTERRUPTED and what `Host.batch` throws.
 */
export async function restoreTuning(
  hosts: readonly Host[],
  ask: TuningAsk,
): Promise<readonly HostUntuned[]> {
  const { signal } = ask;
  await using lease = await acquireLease(hosts, { purpose: "restore tuning", signal });
  const entries = await tunedEntries(lease.hosts, namesOf(hosts, ask), signal);
  return await Promise.all(
    lease.hosts.map(async (one) => ({
      host: one.host.name,
      entries: await undoEntries(one, entries.get(one.host) ?? [], {
        signal,
        deadlineMs: undoDeadlineMs,
      }),
    })),
  );
}
