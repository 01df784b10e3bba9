import { hoststackError } from "../../errors/error.js";
import type { GrubEntry } from "./grub-menu.js";

/** Id of the entry that boots a kernel once. */
export const onceId = "hoststack-once";

/** Characters that mean something to GRUB's own language or to the kernel's reader of its command line. */
const plainWord = /^[A-Za-z0-9_.,:/=+@%-]+$/;

/** How long a kernel that panicked waits until it resets the machine, in seconds. */
const panicSeconds = 5;

/**
 * Parameters that turn the ways a kernel can get stuck into a reset: a panic resets by itself, an oops and a CPU that
 * makes no progress become panics. They are on the one-shot entry alone.
 */
export const fallBackArguments: readonly string[] = [
  `panic=${panicSeconds}`,
  "oops=panic",
  "softlockup_panic=1",
  // the kernel's last words go to pstore, where there is one, also when it is reset on purpose
  "printk.always_kmsg_dump=1",
];

/** Words for the kernel beside those of its ordinary entry. Throws OPTIONS_INVALID for one GRUB would read otherwise. */
function checkedArguments(words: readonly string[]): readonly string[] {
  const strange = words.find((word) => !plainWord.test(word));
  if (strange === undefined) return words;
  throw hoststackError("OPTIONS_INVALID", `kernelArguments: "${strange}" is no plain word`, {
    remedy: "a kernel argument may have letters, digits and _ . , : / = + @ % - only",
    details: { field: "kernelArguments" },
  });
}

/**
 * The text of the one-shot entry: the ordinary entry of the kernel with further words on its linux line. It never
 * makes itself the default (`savedefault`). Throws OPTIONS_INVALID.
 */
export function onceEntryText(entry: GrubEntry, kernelArguments: readonly string[]): string {
  const added = checkedArguments([...fallBackArguments, ...kernelArguments]).join(" ");
  const lines = entry.body
    .replace(/^\n/, "")
    .trimEnd()
    .split("\n")
    .filter((line) => line.trim() !== "savedefault")
    .map((line) =>
      /^\s*(linux|linuxefi|linux16)\s/.test(line) ? `${line.trimEnd()} ${added}` : line,
    );
  return [
    "# Written by hoststack; read by grub.cfg. Boots only where grub-reboot asks for it.",
    `menuentry 'hoststack: ${entry.release}, once' --id ${onceId} {`,
    ...lines,
    "}",
    "",
  ].join("\n");
}
