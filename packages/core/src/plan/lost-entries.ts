import type { Command } from "../command/command.js";
import type { JournalEntry } from "./journal-entry.js";
import { dropMirrored, mirroredEntries } from "./mirror.js";
import type { PlacedHost } from "./place.js";
import { newestFirst } from "./undo-entries.js";
import { undoScript } from "./undo-script.js";

/** A change this controller knows of, still in force, though the host's journal does not have it. */
export interface LostEntry {
  readonly entry: JournalEntry;
  /** What the check prints now. */
  readonly now: string;
  /** Undoes it, by hand: shell text for a file in an empty directory of the host, run by `sh`. */
  readonly script: string;
}

/** What a host's journal holds, and which changes are asked about. */
interface Known {
  readonly open: readonly JournalEntry[];
  readonly lifetimes: ReadonlySet<JournalEntry["lifetime"]>;
  readonly signal: AbortSignal;
}

/**
 * Finds copies whose originals the host does not have though their changes are in force; drops those
 * whose changes are not: the host has undone them by itself, or never began them.
 */
export async function lostEntries(
  { host, place }: PlacedHost,
  { open, lifetimes, signal }: Known,
): Promise<LostEntry[]> {
  const mirrored = await mirroredEntries({ host: host.name, ...place });
  const missing = mirrored.filter(
    (entry) => lifetimes.has(entry.lifetime) && !open.some((other) => isSame(entry, other)),
  );
  const asked = missing.filter(
    (entry) =>
      !(entry.survives === "boot" && entry.bootId !== place.bootId) &&
      !(entry.scope === "netns" && entry.netnsId !== place.netnsId) &&
      !open.some((other) => other.stepId === entry.stepId),
  );
  const chains = chainsOf(newestFirst(asked).reverse());
  const checks = chains.flatMap(([first]) => (first === undefined ? [] : [checkOf(first)]));
  const answers = checks.length === 0 ? [] : await host.batch(checks, { signal });
  const lost = chains.flatMap((chain, index): LostEntry[] => {
    const answer = answers[index];
    const now = answer?.stdout ?? "";
    const inForce = answer?.exitCode === 0 ? untilSeen(chain, now) : chain;
    return inForce.map((entry) => ({ entry, now, script: undoScript(entry) }));
  });
  await dropMirrored(missing.filter((entry) => !lost.some((one) => one.entry === entry)));
  return lost;
}

/** Changes to the same thing, in order. */
function chainsOf(entries: readonly JournalEntry[]): readonly (readonly JournalEntry[])[] {
  const chains = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    chains.set(entry.stepId, [...(chains.get(entry.stepId) ?? []), entry]);
  }
  return [...chains.values()];
}

/** Of changes to the same thing, oldest first, those before the one that found it as it is now. */
function untilSeen(chain: readonly JournalEntry[], now: string): readonly JournalEntry[] {
  const at = chain.findIndex((entry) => entry.seen === now);
  return at < 0 ? chain : chain.slice(0, at);
}

const isSame = (a: JournalEntry, b: JournalEntry) =>
  a.planId === b.planId && a.sequence === b.sequence && a.host === b.host;

function checkOf({ check }: JournalEntry): Command {
  const [file, ...args] = check.argv;
  return { ...check, argv: [file, ...args] };
}
