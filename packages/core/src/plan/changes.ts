import type { Host } from "../host/host.js";
import type { JournalEntry } from "./journal-entry.js";
import { type LeaseHolder, placeOfHost } from "./place.js";
import { openEntries } from "./restore.js";
import { newestFirst } from "./undo-entries.js";

/** What hoststack has changed on a host and not undone. */
export interface HostChanges {
  readonly host: string;
  /** Who changes the machine now, if anybody does. */
  readonly holder?: LeaseHolder;
  /** In the order they would be undone: newest first. */
  readonly entries: readonly JournalEntry[];
  /** Paths below the journal that hold no entry this version can read. */
  readonly unreadable: readonly string[];
}

/**
 * Reads the journal of a host and changes nothing. Throws COMMAND_FAILED for a host without a place for it, and what
 * `Host.batch` throws.
 */
export async function changesOf(host: Host, signal: AbortSignal): Promise<HostChanges> {
  const placed = await placeOfHost(host, signal);
  const { open, unreadable } = await openEntries(placed, signal);
  const { lease } = placed.place;
  return {
    host: host.name,
    ...(lease === undefined ? {} : { holder: lease }),
    entries: newestFirst(open),
    unreadable,
  };
}
