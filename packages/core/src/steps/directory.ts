import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import { asRoot, impossible, noAnswer, satisfied } from "./decisions.js";
import { checkStepOptions, hostPath } from "./options.js";
import { script } from "./script.js";

const schema = z.strictObject({ path: hostPath });

/** A directory to have on the host. */
export interface DirectoryStepOptions {
  /** Absolute path; directories above it are made as well. */
  readonly path: string;
}

const checkScript = `
if [ -d "$1" ]; then echo directory
elif [ -e "$1" ] || [ -L "$1" ]; then echo other
else echo absent
fi
`;

/** Prints what is there of the path, from the top on, and whether something can be made in it. */
const aboveScript = `
path=$1
while [ ! -e "$path" ] && [ ! -L "$path" ]; do path=\${path%/*}; [ -n "$path" ] || path=/; done
if [ ! -d "$path" ]; then what=blocked; elif [ -w "$path" ]; then what=writable; else what=readonly; fi
printf '%s %s\\n' "$what" "$path"
`;

const makeScript = `umask 022; exec mkdir -p -- "$1"`;

/** Removes the directory $1, then those above it that are empty, down to $2, which was there before. */
const removeScript = `
[ ! -d "$1" ] || rmdir -- "$1" || exit 1
path=\${1%/*}
while [ "\${path:-/}" != "$2" ] && rmdir -- "$path" 2>/dev/null; do path=\${path%/*}; done
:
`;

/**
 * Has a directory. Undone, it is removed if nothing is in it, with those above it that were made for it
 * and are empty. Throws OPTIONS_INVALID.
 */
export function directoryStep(options: DirectoryStepOptions): Step {
  const { path } = checkStepOptions(schema, options, "directory");
  const decide = (seen: Answer, [above]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer(path, seen);
    if (seen.stdout === "directory\n") return satisfied;
    const [what = "", ...words] = (above?.stdout ?? "").trimEnd().split(" ");
    const there = words.join(" ");
    if (seen.stdout === "other\n" || what === "blocked") {
      return impossible(`${there || path} is no directory`, "move it away, or choose another path");
    }
    if (what === "readonly") return impossible(`${there} cannot be written`, asRoot);
    if (what !== "writable") return noAnswer(path, above);
    return {
      state: "needed",
      wanted: "directory\n",
      actions: [script(makeScript, path)],
      undo: [script(removeScript, path, there)],
      diff: `${path}: absent -> directory`,
    };
  };
  return {
    id: `directory:${path}`,
    title: `make the directory ${path}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: script(checkScript, path),
    probes: [script(aboveScript, path)],
    decide,
  };
}
