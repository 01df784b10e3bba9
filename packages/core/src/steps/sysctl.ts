import { z } from "zod";
import type { Step } from "../plan/step.js";
import { asRoot, impossible, noAnswer, notBefore, satisfied } from "./decisions.js";
import { checkStepOptions, lifetime, stepId } from "./options.js";
import { script } from "./script.js";

const schema = z.strictObject({
  key: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]+([./][A-Za-z0-9_:@-]+)+$/,
      "must be a sysctl's name: `net.core.rmem_max`",
    ),
  value: z
    .union([
      z.number().int(),
      z.string().regex(/^[!-~]+([ \t]+[!-~]+)*$/, "must be words on one line"),
    ])
    .transform((value) =>
      String(value)
        .split(/[ \t]+/)
        .join(" "),
    ),
  scope: z.enum(["machine", "netns"]).default("machine"),
  lifetime,
  after: stepId.optional(),
});

/** A kernel setting under /proc/sys. */
export interface SysctlStepOptions {
  /** As sysctl(8) writes it; in `net.ipv4.conf.eth0/100.rp_filter` the slash is a dot of a NIC's name. */
  readonly key: string;
  /** Words are compared; how much space is between them does not count. */
  readonly value: number | string;
  /**
   * Whether the setting is the machine's or each network namespace has its own, as most of `net.ipv4`
   * and `net.ipv6`.
   * @default "machine"
   */
  readonly scope?: "machine" | "netns";
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
  /** The step that brings the setting, e.g. by loading a module. */
  readonly after?: string;
}

/** Prints `value` and the words; the kernel parts some with tabs. */
const checkScript = `
set -f
if [ ! -e "$1" ]; then echo unknown
elif value=$(cat "$1" 2>/dev/null); then set -- $value; printf 'value %s\\n' "$*"
else echo unreadable
fi
`;

/** Some shells take everything for writable by root; the kernel goes by the mode here, for root too. */
const writableScript = `
mode=$(stat -c %a "$1" 2>/dev/null)
case $mode in
  *[2367]??) [ -w "$1" ] && echo writable || id -u;;
  *) echo 0;;
esac
`;

/** The kernel may take a value and keep another; that is a failure as well. */
const setScript = `
set -f
file=$1 wanted=$2
printf '%s\\n' "$wanted" 2>/dev/null >"$file" || {
  echo "the kernel refuses '$wanted' for $file" >&2; exit 1
}
set -- $(cat "$file")
[ "$*" = "$wanted" ] || { echo "the kernel made '$*' of '$wanted' for $file" >&2; exit 1; }
`;

/**
 * Sets a sysctl until the run ends or, kept, until it is restored or the machine reboots. Settings that
 * cannot be read are refused: there would be nothing to come back to. Throws OPTIONS_INVALID.
 */
export function sysctlStep(options: SysctlStepOptions): Step {
  const { key, value, scope, lifetime, after } = checkStepOptions(schema, options, "sysctl");
  const file = fileOf(key);
  return {
    id: `sysctl:${key}`,
    title: `set ${key} to ${value}`,
    scope,
    lifetime,
    survives: "boot",
    check: script(checkScript, file),
    probes: [script(writableScript, file)],
    decide: (seen, [writable]) => {
      if (seen.exitCode !== 0) return noAnswer(key, seen);
      const [, old] = /^value (.*)\n$/.exec(seen.stdout) ?? [];
      if (old === undefined)
        return notBefore(after, seen.stdout === "unknown\n" ? unknown(key) : mute(key));
      if (old === value) return satisfied;
      if (writable?.stdout !== "writable\n") return readOnly(key, writable?.stdout.trim());
      return {
        state: "needed",
        wanted: `value ${value}\n`,
        actions: [script(setScript, file, value)],
        undo: [script(setScript, file, old)],
        diff: `${key}: ${old} -> ${value}`,
      };
    },
  };
}

/** Whichever of dot and slash comes first separates; the other is then a dot within a name. */
function fileOf(key: string): string {
  const dotted = key.search(/[./]/) === key.indexOf(".");
  const swapped = { ".": "/", "/": "." } as const;
  return `/proc/sys/${dotted ? key.replace(/[./]/g, (mark) => swapped[mark as "."]) : key}`;
}

function unknown(key: string) {
  const remedy = "check the spelling; a setting of a module is there once the module is loaded";
  return impossible(`this kernel has no setting ${key}`, remedy);
}

function mute(key: string) {
  return impossible(`${key} cannot be read, so it could not be set back`, asRoot);
}

function readOnly(key: string, uid: string | undefined) {
  if (uid !== "0") return impossible(`only root can set ${key}`, asRoot);
  const remedy = "set it on the machine itself, or leave this step out";
  return impossible(`${key} is read-only here, also for root`, remedy);
}
