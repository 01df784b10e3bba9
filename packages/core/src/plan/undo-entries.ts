import type { Command } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import { entryPath, type JournalEntry } from "./journal-entry.js";
import { dropMirrored } from "./mirror.js";
import type { PlacedHost } from "./place.js";
import { type UndoOutcome, undoOutcomes } from "./undo-script.js";

/** How undoing one change ended. */
export interface UndoneEntry {
  readonly entry: JournalEntry;
  readonly outcome: UndoOutcome;
  /** The state it was found in, where the change stays; undefined when it could not be asked for. */
  readonly now?: string;
  /** What the commands said, where the change stays. */
  readonly words?: string;
}

const runUndo = '[ -e "$1/undo.sh" ] || { echo "gone: "; exit; }; exec sh "$1/undo.sh"';

function undoCommand(stateDirectory: string, entry: JournalEntry): Command {
  const directory = `${stateDirectory}/journal/${entryPath(entry)}`;
  return { argv: ["sh", "-c", runUndo, "hoststack-undo", directory] };
}

/** Whether nothing of the change is left on the machine by us. */
export function isUndone(outcome: UndoOutcome): boolean {
  return outcome !== "conflict" && outcome !== "failed" && outcome !== "elsewhere";
}

/** The order of undoing: the later change first. */
export function newestFirst(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...entries].sort((a, b) => (entryPathKey(a) < entryPathKey(b) ? 1 : -1));
}

const entryPathKey = (entry: JournalEntry) => entryPath(entry).split("/")[1] ?? "";

/**
 * Runs the undo scripts of entries on one host, newest first, in one round trip. Entries the host has
 * no more are `gone`. Copies of what is undone are dropped. Throws what `Host.batch` throws.
 */
export async function undoEntries(
  { host, place }: PlacedHost,
  entries: readonly JournalEntry[],
  options: { signal?: AbortSignal | undefined; deadlineMs: number },
): Promise<readonly UndoneEntry[]> {
  if (entries.length === 0) return [];
  const ordered = newestFirst(entries);
  const { signal, deadlineMs } = options;
  const results = await host.batch(
    ordered.map((entry) => undoCommand(place.stateDirectory, entry)),
    { deadlineMs, ...(signal === undefined ? {} : { signal }) },
  );
  const undone = ordered.map((entry, index) => undoneEntry(entry, results[index]));
  await dropMirrored(undone.filter(({ outcome }) => isUndone(outcome)).map(({ entry }) => entry));
  return undone;
}

function undoneEntry(entry: JournalEntry, result: BatchResult | undefined): UndoneEntry {
  const [, word, now = ""] = /^(\w+): [^\n]*\n?([\s\S]*)$/.exec(result?.stdout ?? "") ?? [];
  const outcome = undoOutcomes.find((one) => one === word) ?? "failed";
  if (isUndone(outcome)) return { entry, outcome };
  return { entry, outcome, now, words: result?.stderr.trim() ?? "" };
}

/** The error RESTORE_CONFLICT about changes that stay. */
export function undoError(stays: readonly UndoneEntry[], cause?: unknown): Error {
  const lines = stays.map(({ entry, outcome, now, words }) => {
    const said = words === undefined || words === "" ? "" : `: ${words}`;
    return `"${entry.stepId}" on ${entry.host} (${outcome}; now ${JSON.stringify(now ?? "")}${said})`;
  });
  return hoststackError("RESTORE_CONFLICT", `not undone: ${lines.join(", ")}`, {
    cause,
    remedy: "look at these by hand, then restore",
    details: { stays: stays.map(({ entry, ...rest }) => ({ ...rest, stepId: entry.stepId })) },
  });
}
