import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { BatchResult } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import { script } from "../../steps/script.js";
import { type GrubMenu, onceFile, parseGrubMenu } from "./grub-menu.js";
import { grubText } from "./grub-text.js";

/** What a host says of how it boots. */
export interface BootFacts {
  readonly isRoot: boolean;
  /** What `uname -r` says now. */
  readonly release: string;
  readonly bootId: string;
  /** Directory of grub.cfg; undefined on a host without GRUB's menu. */
  readonly grubDirectory: string | undefined;
  /** The programs of GRUB that are needed and not there. */
  readonly missingTools: readonly string[];
  /** File system and layers below grub.cfg, in GRUB's own words: `ext2`, `lvm`, `diskfilter`. */
  readonly fileSystem: string;
  readonly layers: readonly string[];
  /** `grub-mkconfig` reads `/etc/default/grub.d/*.cfg`. */
  readonly readsDropIns: boolean;
  readonly savedEntry: string;
  readonly nextEntry: string;
  /** Release the one-shot entry starts, where one is written. */
  readonly onceRelease: string | undefined;
  /** UEFI boots signed kernels only. */
  readonly secureBoot: boolean;
  readonly container: boolean;
  /** What makes the first file system of a kernel. */
  readonly initramfsTool: "dracut" | "update-initramfs" | undefined;
  /** Module that drives a watchdog device nobody uses now. */
  readonly watchdogDriver: string | undefined;
  readonly hasKexec: boolean;
  /** Kernels installed by a kernel step, by release. */
  readonly ours: readonly string[];
  readonly menu: GrubMenu;
}

const factsScript = `${grubText}
say() { printf '%s %s\\n' "$1" "$2"; }
say uid "$(id -u)"
say release "$(uname -r)"
read -r boot </proc/sys/kernel/random/boot_id && say boot "$boot"
say directory "$grub_directory"
for tool in mkconfig reboot editenv probe set-default script-check; do
  command -v "$grub-$tool" >/dev/null || say missing "grub-$tool"
done
if [ -n "$grub_directory" ]; then
  say fs "$("$grub-probe" --target=fs "$grub_directory" 2>/dev/null)"
  say layers "$(echo $("$grub-probe" --target=abstraction "$grub_directory" 2>/dev/null))"
  say saved "$(grub_variable saved_entry)"
  say next "$(grub_variable next_entry)"
  say once "$(sed -n "s/^menuentry 'hoststack: \\(.*\\), once' .*/\\1/p" "$grub_directory/${onceFile}" 2>/dev/null)"
fi
mkconfig=$(command -v "$grub-mkconfig") && grep -q 'default/grub\\.d/' "$mkconfig" && say dropins yes
secure=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
[ ! -r "$secure" ] || say secure "$(od -An -tu1 -j4 -N1 "$secure" | tr -d ' ')"
if [ -e /.dockerenv ] || [ -e /run/.containerenv ] || tr '\\0' '\\n' </proc/1/environ 2>/dev/null | grep -q '^container='
then say container yes; fi
for tool in update-initramfs dracut; do
  command -v "$tool" >/dev/null && { say initramfs "$tool"; break; }
done
watchdog=/sys/class/watchdog/watchdog0
if [ "$(cat "$watchdog/state" 2>/dev/null)" = inactive ]; then
  # a device without a parent has no link to its driver, but often its driver's name
  for driver in "$watchdog/device/driver" /sys/bus/*/drivers/"$(cat "$watchdog/identity")"; do
    module=$(readlink "$driver/module") && { say watchdog "\${module##*/}"; break; }
  done
fi
command -v kexec >/dev/null && say kexec yes
for manifest in /lib/modules/*/.hoststack-manifest; do
  [ -e "$manifest" ] || continue
  directory=\${manifest%/*}
  say ours "\${directory##*/}"
done
exit 0
`;

const menuScript = `${grubText}
[ -z "$grub_directory" ] || cat "$grub_directory/grub.cfg" 2>/dev/null
exit 0
`;

/** Asks how a host boots; both answers are for {@link readBootFacts}. */
export const bootFactsCommands: readonly [Command, Command] = [
  script(factsScript),
  script(menuScript),
];

/** Lines of a word and its value, those without one left out. */
function valuesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [key = ""] = line.split(" ", 1);
    const value = line.slice(key.length + 1);
    if (value !== "") values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** Reads the answers to {@link bootFactsCommands}; undefined when the host could not tell. */
export function readBootFacts(
  answers: readonly (Pick<BatchResult, "exitCode" | "stdout"> | undefined)[],
): BootFacts | undefined {
  const [told, menu] = answers;
  if (told?.exitCode !== 0 || menu === undefined) return undefined;
  const values = valuesOf(told.stdout);
  const one = (key: string): string | undefined => values.get(key)?.[0];
  const word = (key: string): string => one(key) ?? "";
  const initramfs = one("initramfs");
  return {
    isRoot: one("uid") === "0",
    release: word("release"),
    bootId: word("boot"),
    grubDirectory: one("directory"),
    missingTools: values.get("missing") ?? [],
    fileSystem: word("fs"),
    layers: one("layers")?.split(" ") ?? [],
    readsDropIns: one("dropins") === "yes",
    savedEntry: word("saved"),
    nextEntry: word("next"),
    onceRelease: one("once"),
    secureBoot: one("secure") === "1",
    container: one("container") === "yes",
    initramfsTool:
      initramfs === "dracut" || initramfs === "update-initramfs" ? initramfs : undefined,
    watchdogDriver: one("watchdog"),
    hasKexec: one("kexec") === "yes",
    ours: values.get("ours") ?? [],
    menu: parseGrubMenu(menu.stdout),
  };
}

/** How long a host may take to tell of its kernels, all files of which it reads: its disk may be slow, or it busy. */
export const readingMs = 900_000;

/** Asks a host how it boots, in one round trip. Throws COMMAND_FAILED and what `Host.batch` throws. */
export async function bootFacts(host: Host, signal?: AbortSignal): Promise<BootFacts> {
  const answers = await host.batch(bootFactsCommands, {
    deadlineMs: readingMs,
    ...(signal && { signal }),
  });
  const facts = readBootFacts(answers);
  if (facts !== undefined && facts.bootId !== "") return facts;
  throw hoststackError("COMMAND_FAILED", `${host.name} did not tell how it boots`, {
    remedy: "kernels need a Linux host with /proc, grep, sed and awk",
    details: { host: host.name, stderr: answers[0]?.stderr },
  });
}
