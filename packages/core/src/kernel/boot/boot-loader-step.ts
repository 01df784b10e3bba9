import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, noAnswer, satisfied } from "../../steps/decisions.js";
import { script } from "../../steps/script.js";
import { bootFactsCommands, readBootFacts } from "./boot-facts.js";
import { bootObstacle } from "./boot-obstacle.js";
import { entryOfDefault, entryOfRelease, isInMenu, isSavedDefault } from "./choose-entry.js";
import { onceFile } from "./grub-menu.js";
import { grubText } from "./grub-text.js";
import { onceId } from "./once-entry.js";

/** Part of the menu that reads our one-shot entry, where there is one. */
const menuPart = "/etc/grub.d/42_hoststack";
/** Of these files the last one counts. */
const dropInDirectory = "/etc/default/grub.d";
const dropIn = `${dropInDirectory}/zz-hoststack.cfg`;

/** Prints the default, what is saved as it (behind `=`; `-` where there is no environment), and whether our file is read. */
const checkScript = `${grubText}
[ -n "$grub_directory" ] || { echo none; exit 0; }
default=$(sed -n 's/^[[:space:]]*set default="\\(.*\\)"[[:space:]]*$/\\1/p' "$grub_directory/grub.cfg" |
  grep -v next_entry | head -n 1)
if [ -s "$grub_directory/grubenv" ]; then saved="=$(grub_variable saved_entry)"; else saved=-; fi
if grep -q '/${onceFile}' "$grub_directory/grub.cfg"; then once=yes; else once=no; fi
printf '%s\\n' "default $default" "saved $saved" "once $once"
`;

/** $1: the entry to save as default, or nothing; $2: whether the default has to become the saved one. */
const setScript = `${grubText}
[ -s "$grub_directory/grubenv" ] || "$grub-editenv" "$grub_directory/grubenv" create || exit 1
[ -z "$1" ] || "$grub-set-default" "$1" || exit 1
if [ "$2" = yes ]; then
  mkdir -p ${dropInDirectory} && printf '%s\\n' >${dropIn} \\
    '# Written by hoststack: the default stays what it was, whatever is installed.' GRUB_DEFAULT=saved || exit 1
fi
printf '%s\\n' >${menuPart} '#!/bin/sh' \\
  '# Written by hoststack: reads an entry that is booted once, where there is one.' \\
  "cat <<'END'" 'if [ -f $prefix/${onceFile} ]; then' '  source $prefix/${onceFile}' fi END &&
chmod 755 ${menuPart} && make_menu && sync
`;

/**
 * $1: what was saved, as the check prints it. Without this step the default would be the newest kernel, so
 * it stays as long as a kernel that was installed does, such as one that runs and cannot be removed.
 */
const undoScript = `${grubText}
for one in /lib/modules/*/.hoststack-manifest /lib/modules/.hoststack-*; do
  [ ! -e "$one" ] || { echo "an installed kernel is still there, and not to become the default" >&2; exit 1; }
done
[ "$(grub_variable next_entry)" != ${onceId} ] || "$grub-editenv" "$grub_directory/grubenv" unset next_entry
rm -f ${menuPart} ${dropIn} "$grub_directory/${onceFile}" && make_menu || exit 1
case $1 in
  -) rm -f "$grub_directory/grubenv" ;;
  =) "$grub-editenv" "$grub_directory/grubenv" unset saved_entry ;;
  *) "$grub-set-default" "\${1#=}" ;;
esac && sync
`;

interface LoaderState {
  readonly defaultEntry: string;
  /** As the check prints it. */
  readonly saved: string;
  readonly once: boolean;
}

function parseState(text: string): LoaderState | undefined {
  const found = /^default (.*)\nsaved (-|=.*)\nonce (yes|no)\n$/.exec(text);
  if (found === null) return undefined;
  const [, defaultEntry = "", saved = "", once = ""] = found;
  return { defaultEntry, saved, once: once === "yes" };
}

function decide(seen: Answer, answers: readonly Answer[]): Decision {
  if (seen.exitCode !== 0) return noAnswer("the boot loader", seen);
  const facts = readBootFacts(answers);
  if (facts === undefined) return noAnswer("the boot loader", answers[0]);
  const obstacle = bootObstacle(facts);
  if (obstacle !== undefined) return impossible(obstacle.reason, obstacle.remedy);
  const state = parseState(seen.stdout);
  if (state === undefined) return noAnswer("grub.cfg", seen);
  const { menu, release } = facts;
  const savedEntry = state.saved.slice(1);
  const isSaved = isSavedDefault(state);
  const keepsSaved = isSaved && isInMenu(menu, savedEntry);
  if (keepsSaved && state.once) return satisfied;
  const entry = keepsSaved ? savedEntry : (entryOfRelease(menu, release)?.path ?? "");
  const before = entryOfDefault(menu, { defaultEntry: state.defaultEntry, savedEntry })?.release;
  const after = keepsSaved ? before : release;
  return {
    state: "needed",
    wanted: `default \${saved_entry}\nsaved =${entry}\nonce yes\n`,
    actions: [script(setScript, keepsSaved ? "" : entry, isSaved ? "no" : "yes")],
    undo: [script(undoScript, state.saved)],
    diff: [
      `default: ${before ?? "nothing known"} -> ${after}, saved in GRUB's environment`,
      `new: ${isSaved ? menuPart : `${menuPart}, ${dropIn}`}; grub.cfg is made again`,
    ].join("\n"),
  };
}

/**
 * Has GRUB boot the kernel that runs now by default, whatever else is installed later, and read the entry that boots
 * another one once. GRUB_DEFAULT becomes `saved` by a file of our own; none of the user's is written.
 */
export function bootLoaderStep(): Step {
  return {
    id: "boot-loader",
    title: "keep the running kernel GRUB's default, and let another one be booted once",
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    partial: "ours",
    check: script(checkScript),
    probes: bootFactsCommands,
    decide,
  };
}
