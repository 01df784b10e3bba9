import type { Command } from "../command/command.js";
import type { Host } from "../host/host.js";
import { type JournalEntry, scopeName } from "./journal-entry.js";
import { acquireLease, type Lease } from "./lease.js";
import { type LostEntry, lostEntries } from "./lost-entries.js";
import { parseEntry } from "./mirror.js";
import type { PlacedHost } from "./place.js";
import { isUndone, type UndoneEntry, undoEntries } from "./undo-entries.js";

const deadlineMs = 3_600_000;
const defaultLifetimes = ["kept", "scoped"] as const;

/** How changes are undone. */
export interface RestoreOptions {
  /** Which changes. @default both */
  readonly lifetimes?: readonly ("kept" | "scoped")[];
  /** The right to change the hosts. @default taken for this */
  readonly lease?: Lease;
  /** How long to wait for another holder. @default 0 */
  readonly waitMs?: number;
  /** Ends the work (INTERRUPTED); what is undone by then stays undone. */
  readonly signal?: AbortSignal;
}

/** What was undone, and what stays. */
export interface RestoreReport {
  /** Nothing of us is left: no entry that stays, none lost, none that cannot be read. */
  readonly complete: boolean;
  readonly hosts: readonly HostRestore[];
}

/** What was undone on one host. */
export interface HostRestore {
  readonly host: string;
  /** In the order of undoing: newest first. */
  readonly entries: readonly UndoneEntry[];
  readonly lost: readonly LostEntry[];
  /** Paths below the journal whose entry is of another version or no entry; nothing was done to them. */
  readonly unreadable: readonly string[];
  /** What other controllers' runs had left and was undone while the lease was taken. */
  readonly undone: readonly string[];
}

/**
 * Undoes what the hosts' journals hold, newest first: from any controller, for nothing but the host's
 * journal is needed. A state that is neither the one before a change nor the one after is reported as
 * a conflict and not touched. Entries of other network namespaces are left to hosts in these, except
 * those a restart of the machine undid.
 *
 * Throws LEASE_HELD, INTERRUPTED and what `Host.batch` throws; changes that stay are in the report.
 */
export async function restore(
  hosts: readonly Host[],
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const lease = options.lease ?? (await acquireLease(hosts, { purpose: "restore", ...options }));
  try {
    const restored = await Promise.all(
      lease.hosts
        .filter(({ host }) => hosts.includes(host))
        .map((one) => restoreHost(one, { ...options, lease })),
    );
    return { complete: restored.every(isComplete), hosts: restored };
  } finally {
    if (options.lease === undefined) await lease[Symbol.asyncDispose]();
  }
}

function isComplete({ entries, lost, unreadable }: HostRestore): boolean {
  const rest = entries.filter(({ outcome }) => !isUndone(outcome));
  return rest.length + lost.length + unreadable.length === 0;
}

async function restoreHost(
  one: PlacedHost,
  options: RestoreOptions & { lease: Lease },
): Promise<HostRestore> {
  const lifetimes = new Set(options.lifetimes ?? defaultLifetimes);
  const signal = AbortSignal.any([options.lease.lost, ...(options.signal ? [options.signal] : [])]);
  const { open, unreadable } = await openEntries(one, signal);
  const entries = await undoEntries(
    one,
    open.filter((entry) => lifetimes.has(entry.lifetime) && isHere(entry, one)),
    { signal, deadlineMs },
  );
  const lost = await lostEntries(one, { open, lifetimes, signal });
  return { host: one.host.name, entries, lost, unreadable, undone: options.lease.undone };
}

function isHere(entry: JournalEntry, { place }: PlacedHost): boolean {
  const own = entry.scope === "machine" || scopeName(entry) === place.netnsId;
  return own || (entry.survives === "boot" && entry.bootId !== place.bootId);
}

const listScript = `
cd -- "$1/journal" 2>/dev/null || exit 0
for entry in */[0-9]*; do
  [ -e "$entry/entry.json" ] || continue
  printf '%s ' "$entry"; cat -- "$entry/entry.json"; echo
done
`;

/** All changes a host's journal holds. */
export async function openEntries({ host, place }: PlacedHost, signal?: AbortSignal) {
  const list: Command = { argv: ["sh", "-c", listScript, "hoststack-list", place.stateDirectory] };
  const [answer] = await host.batch([list], signal === undefined ? {} : { signal });
  const open: JournalEntry[] = [];
  const unreadable: string[] = [];
  for (const line of (answer?.stdout ?? "").split("\n").filter(Boolean)) {
    const at = line.indexOf(" ");
    const entry = parseEntry(line.slice(at + 1));
    if (entry === undefined) unreadable.push(line.slice(0, at));
    else open.push(entry);
  }
  return { open, unreadable };
}
