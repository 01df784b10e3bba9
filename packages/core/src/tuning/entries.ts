import type { Host } from "../host/host.js";
import { type JournalEntry, scopeName } from "../plan/journal-entry.js";
import type { Place, PlacedHost } from "../plan/place.js";
import { openEntries } from "../plan/restore.js";

const machineOf = ({ machineId, bootId }: Place) => `${machineId} ${bootId}`;

/** A restart of the machine has undone the change. */
export function isGone({ survives, bootId }: JournalEntry, place: Place): boolean {
  return survives === "boot" && bootId !== place.bootId;
}

/** It is about this host's network namespace, or the whole machine. */
function isHere(entry: JournalEntry, place: Place): boolean {
  return entry.scope === "machine" || scopeName(entry) === place.netnsId || isGone(entry, place);
}

/**
 * Changes of tuning profiles by host, in the order they were made. One that a host of another name has
 * made belongs to the first host of its machine, unless that name is one of `names`: namespaces of one
 * machine share its journal.
 */
export async function tunedEntries(
  hosts: readonly PlacedHost[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Host, readonly JournalEntry[]>> {
  const found = await Promise.all(
    hosts.map(async (one, index) => {
      const { open } = await openEntries(one, signal);
      const machine = machineOf(one.place);
      const isFirst = hosts.findIndex(({ place }) => machineOf(place) === machine) === index;
      const isOwn = (entry: JournalEntry) =>
        entry.host === one.host.name ||
        (!names.includes(entry.host) && (entry.scope === "netns" || isFirst));
      const own = open.filter(
        (entry) => entry.profile !== undefined && isHere(entry, one.place) && isOwn(entry),
      );
      return [one.host, own.sort((a, b) => a.sequence - b.sequence)] as const;
    }),
  );
  return new Map(found);
}
