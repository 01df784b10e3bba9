import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, noAnswer, satisfied } from "../../steps/decisions.js";
import { script } from "../../steps/script.js";
import { bootFactsCommands, readBootFacts } from "./boot-facts.js";
import { entryOfRelease, isSavedDefault } from "./choose-entry.js";
import { grubText } from "./grub-text.js";

const checkScript = `${grubText}
printf 'saved %s\\n' "$(grub_variable saved_entry)"
`;

const setScript = `${grubText}
"$grub-set-default" "$1" && sync
`;

const undoScript = `${grubText}
if [ -n "$1" ]; then "$grub-set-default" "$1"; else "$grub-editenv" "$grub_directory/grubenv" unset saved_entry; fi && sync
`;

/** Has GRUB boot a kernel by default: only the one that runs, as only that one has been proven. */
export function defaultKernelStep(release: string): Step {
  const decide = (seen: Answer, answers: readonly Answer[]): Decision => {
    const facts = readBootFacts(answers);
    if (seen.exitCode !== 0 || facts === undefined) return noAnswer("the boot loader", seen);
    if (facts.release !== release) {
      return impossible(
        `the kernel that runs is ${facts.release}, not ${release}`,
        "boot it once and prove it first: kernel boot --make-default",
      );
    }
    const entry = entryOfRelease(facts.menu, release);
    if (entry === undefined || !isSavedDefault(facts.menu)) {
      const reason =
        entry === undefined
          ? `${release} is not in the boot menu`
          : `GRUB's default is ${facts.menu.defaultEntry ?? "unknown"}, not the saved one`;
      return impossible(reason, "install the kernel with kernel install");
    }
    if (facts.savedEntry === entry.path) return satisfied;
    return {
      state: "needed",
      wanted: `saved ${entry.path}\n`,
      actions: [script(setScript, entry.path)],
      undo: [script(undoScript, facts.savedEntry)],
      diff: `saved entry: ${facts.savedEntry} -> ${entry.path}`,
    };
  };
  return {
    id: `kernel-default:${release}`,
    title: `boot ${release} by default`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: script(checkScript),
    probes: bootFactsCommands,
    decide,
  };
}
