import { quoteWord } from "../command/quote.js";
import type { BatchCommand } from "../host/batch.js";
import { entryPath, type JournalEntry, scopeName } from "./journal-entry.js";
import { leaseText } from "./lease-text.js";
import { runText, stateText } from "./step-text.js";
import { undoScript } from "./undo-script.js";

/**
 * Makes the shell text that applies one step: journal entry on disk, actions, proof. It prints one
 * word and what belongs to it, which {@link parseStepReport} reads, and ends with 0 only when applied.
 *
 * One script and not one command each: as long as it lives it holds the lock `busy`, so that whoever
 * undoes after a lost lease knows when nothing is being applied any more. It outlives SIGTERM (its
 * action does not) for the same reason.
 */
export function stepScript(
  entry: JournalEntry,
  { stateDirectory, actions }: { stateDirectory: string; actions: readonly BatchCommand[] },
): string {
  const journal = `${stateDirectory}/journal`;
  const actionLines = actions.map(
    (action, index) => `{ ${runText(action)}\n} >&2 || fail action "${index} $?"`,
  );
  return `{
state=${quoteWord(stateDirectory)}
trap : HUP INT TERM
fail() { printf '%s %s\\n' "$1" "$2"; printf %s "\${now%x}"; exit 1; }
now=
${leaseText}
exec 8>>"$state/busy" && flock -s 8 || fail journal "its lock"
tell_time
if ! read_lease || [ "$l_token" != ${quoteWord(entry.leaseId)} ] || [ "$l_state" != held ] ||
  [ "$l_boot" != "$boot" ] || [ "$time" -ge "$l_expires" ]; then fail lease lost; fi
${stateText(entry)}
now_is || fail check "$?"
[ "$now" = "$seen" ] || fail changed state
mask=$(umask); umask 077
scope=${quoteWord(`${journal}/${scopeName(entry)}`)}
entry=${quoteWord(`${journal}/${entryPath(entry)}`)}
new="$scope/.new-\${entry##*/}"
mkdir -p -- "$scope" && mkdir -- "$new" &&
printf %s ${quoteWord(JSON.stringify(entry))} >"$new/entry.json" &&
printf %s ${quoteWord(undoScript(entry))} >"$new/undo.sh" &&
: >"$new/applying" &&
${entry.lifetime === "scoped" ? `printf '%s\\n' ${quoteWord(entry.leaseId)} >"$new/lease" &&\n` : ""}{ sync -- "$new"/* "$new" 2>/dev/null || sync; } &&
mv -- "$new" "$entry" && { sync -- "$scope" 2>/dev/null || sync; } || fail journal "its entry"
umask "$mask"
${actionLines.join("\n")}
now_is || fail verify "$?"
[ "$now" = "$wanted" ] || fail unverified state
mv -- "$entry/applying" "$entry/applied" || fail mark applied
echo applied -
exit
}
`;
}

/** How applying one step ended. */
export type StepReport =
  | { readonly outcome: "applied" }
  /** The lease is another's, or has expired. */
  | { readonly outcome: "lease" }
  /** The journal could not be written; nothing was done. */
  | { readonly outcome: "journal"; readonly what: string }
  /** The check failed before (`check`) or after (`verify`) the actions. */
  | { readonly outcome: "check" | "verify"; readonly status: number }
  /** Not what the plan saw (`changed`: nothing was done) or wanted (`unverified`). */
  | { readonly outcome: "changed" | "unverified"; readonly now: string }
  /** All is done, but its entry could not be marked so. */
  | { readonly outcome: "mark" }
  | { readonly outcome: "action"; readonly index: number; readonly status: number }
  /** The script was ended from outside. */
  | { readonly outcome: "cut" };

/** Reads what a {@link stepScript} printed. */
export function parseStepReport(stdout: string): StepReport {
  const [, outcome, what = "", now = ""] = /^(\w+) ([^\n]*)\n([\s\S]*)$/.exec(stdout) ?? [];
  switch (outcome) {
    case "applied":
    case "lease":
    case "mark":
      return { outcome };
    case "journal":
      return { outcome, what };
    case "check":
    case "verify":
      return { outcome, status: Number(what) };
    case "changed":
    case "unverified":
      return { outcome, now };
    case "action": {
      const [index, status] = what.split(" ").map(Number);
      return { outcome, index: index ?? 0, status: status ?? 0 };
    }
    default:
      return { outcome: "cut" };
  }
}
