import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { JournalEntry } from "./journal-entry.js";
import { type LeaseHolder, parsePlace, placeCommand } from "./place.js";
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
  const [told] = await host.batch([placeCommand], { signal });
  if (told === undefined || told.exitCode !== 0) {
    throw hoststackError("COMMAND_FAILED", `${host.name} did not tell its place`, {
      remedy: "journals need a Linux host with /proc, id and readlink",
      details: { host: host.name, stderr: told?.stderr },
    });
  }
  const place = parsePlace(host.name, told.stdout);
  const { open, unreadable } = await openEntries({ host, place }, signal);
  const { lease } = place;
  return {
    host: host.name,
    ...(lease === undefined ? {} : { holder: lease }),
    entries: newestFirst(open),
    unreadable,
  };
}
