import type { HostChanges } from "../plan/changes.js";
import type { JournalEntry } from "../plan/journal-entry.js";
import type { HostRestore } from "../plan/restore.js";
import { isUndone } from "../plan/undo-entries.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

const lifetimes: Readonly<Record<JournalEntry["lifetime"], string>> = {
  kept: "kept until restore",
  scoped: "undone when its run ends",
};

const entryText = ({ title, lifetime, at, profile }: JournalEntry): string =>
  `${title}, since ${at}, ${lifetimes[lifetime]}${profile === undefined ? "" : `, profile ${profile}`}`;

/** What is in force on a host, newest first. */
export function changeLines(changes: HostChanges, out: Channel): string[] {
  const { host, holder, entries, unreadable } = changes;
  const held =
    holder === undefined
      ? []
      : hang("  ", `held by ${holder.who} since ${holder.since}: ${holder.purpose}`, out.columns);
  return [
    out.style("bold", host),
    ...held,
    ...entries.flatMap((entry) => hang("  ~ ", entryText(entry), out.columns)),
    ...unreadable.flatMap((path) => hang("  ? ", `${path} cannot be read`, out.columns)),
    ...(entries.length + unreadable.length === 0 ? ["  nothing is changed"] : []),
  ];
}

/** What became of the changes of a host. */
export function restoreLines(restored: HostRestore, out: Channel): string[] {
  const { host, entries, lost, unreadable } = restored;
  return [
    out.style("bold", host),
    ...entries.flatMap(({ entry, outcome, now, words }) => {
      const shown = isUndone(outcome) ? outcome : out.style("red", outcome);
      // why a command failed says more than the state it found
      const found = words ? `: ${words}` : `; now ${JSON.stringify(now ?? "")}`;
      const stays = isUndone(outcome) ? "" : found;
      return hang("  ", `${shown}: ${entry.title}${stays}`, out.columns);
    }),
    ...lost.flatMap(({ entry }) =>
      hang("  ", `lost: ${entry.title}, which is not in the host's journal any more`, out.columns),
    ),
    ...unreadable.flatMap((path) => hang("  ? ", `${path} cannot be read`, out.columns)),
  ];
}
