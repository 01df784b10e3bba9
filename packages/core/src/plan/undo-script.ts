import { quoteWord } from "../command/quote.js";
import type { JournalEntry } from "./journal-entry.js";
import { netnsIdText } from "./place.js";
import { runText, stateText } from "./step-text.js";

/** How undoing one entry ended. */
export const undoOutcomes = [
  /** It was undone. */
  "restored",
  /** The state was the one before the change already; what cut actions may have left beside is gone. */
  "already",
  /** The machine was restarted since, which undid it. */
  "rebooted",
  /** Another one undid it meanwhile. */
  "gone",
  /** The state is neither the one before nor the one after: nothing was touched. */
  "conflict",
  /** A command of undo or of the check failed, or the state is not the one before. */
  "failed",
  /** It belongs to another network namespace. */
  "elsewhere",
] as const;

/** How undoing one entry ended. */
export type UndoOutcome = (typeof undoOutcomes)[number];

/**
 * Makes the script that undoes an entry and removes it, run by `sh` from the entry's directory; needs
 * nothing else of hoststack. Prints `outcome: title`, then, where it stays, the state it found.
 *
 * Actions, or an undo, that were cut may have left things beside the state: then the commands of undo
 * are run in the state before the change as well, and a state in between is ours where the step says so.
 */
export function undoScript(entry: JournalEntry): string {
  const reboot = entry.survives === "reboot";
  return `#!/bin/sh
directory=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
title=${quoteWord(entry.title.replaceAll(/\s+/g, " "))}
say() { printf '%s: %s\\n' "$1" "$title"; }
stay() { say "$1"; printf '%s' "\${now%x}"; exit "$2"; }
drop() {
${reboot ? "sync" : ":"}
gone="\${directory%/*}/.gone-\${directory##*/}"
mv -- "$directory" "$gone" && rm -rf -- "$gone"
say "$1"; exit
}
if command -v flock >/dev/null; then
exec 9>>"$directory/../../../undo" && flock 9 || exit 1
fi
[ -e "$directory/undo.sh" ] || { say gone; exit; }
now=
${reboot ? "" : bootText(entry)}${entry.scope === "netns" ? netnsText(entry) : ""}${stateText(entry)}
now_is || stay failed 1
cut=; [ ! -e "$directory/applying" ] && [ ! -e "$directory/undoing" ] || cut=1
outcome=restored
if [ "$now" = "$seen" ]; then
outcome=already; [ -n "$cut" ] || drop already
elif [ "$now" != "$wanted" ]; then
${entry.partial === "conflict" ? "stay conflict 3" : '[ -n "$cut" ] || stay conflict 3'}
fi
: >"$directory/undoing"
${entry.undo.map((command) => `{ ${runText(command)}\n} >&2 || { now_is; stay failed 1; }`).join("\n")}
now_is || stay failed 1
[ "$now" = "$seen" ] || stay failed 1
drop "$outcome"
`;
}

function bootText(entry: JournalEntry): string {
  return `read -r boot </proc/sys/kernel/random/boot_id
[ "$boot" = ${quoteWord(entry.bootId)} ] || drop rebooted
`;
}

function netnsText(entry: JournalEntry): string {
  return `${netnsIdText}[ "$netns" = ${quoteWord(entry.netnsId)} ] || stay elsewhere 4\n`;
}
