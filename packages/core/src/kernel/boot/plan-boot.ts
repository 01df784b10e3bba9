import { hoststackError } from "../../errors/error.js";
import type { BatchResult } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import type { Obstacle } from "../../plan/step.js";
import { script } from "../../steps/script.js";
import { type BootFacts, bootFactsCommands, readBootFacts } from "./boot-facts.js";
import { bootObstacle } from "./boot-obstacle.js";
import { type BootRequest, defaultDeadlineMs, leastDeadlineMs } from "./boot-request.js";
import { entryOfDefault, entryOfRelease } from "./choose-entry.js";
import type { GrubEntry } from "./grub-menu.js";

/** How a host would be booted into another kernel, decided on its answers; nothing is done yet. */
export interface BootPlan {
  readonly host: string;
  readonly facts: BootFacts;
  /** The kernel's ordinary entry, of which the one-shot entry is made. */
  readonly entry: GrubEntry;
  /** What boots by default, and so after the kernel has failed. */
  readonly fallBack: string;
  /** Whether a boot that is not confirmed is reset by itself, and if not why. */
  readonly deadMan: "armed" | { readonly missing: string };
  readonly watchdogDriver: string | undefined;
  readonly deadlineMs: number;
  readonly way: "firmware" | "kexec";
  readonly makeDefault: boolean;
  /** Records of earlier crashes: any that come are this boot's. */
  readonly crashRecords: readonly string[];
}

/** Directories with what kernels said before they died. */
export const crashDirectories = ["/sys/fs/pstore", "/var/lib/systemd/pstore"] as const;

/** Says whether the dead man is in the first file system of the kernel $1, and what crash records there are. */
const readyScript = `
initrd=/boot/initrd.img-$1
scripts=/etc/initramfs-tools/scripts
early=$scripts/init-top/hoststack late=$scripts/init-bottom/hoststack
if [ ! -x "$early" ] || [ ! -x "$late" ]; then echo "dead the scripts that would reset it are not installed for initramfs-tools"
elif [ ! -s "$initrd" ] || [ "$early" -nt "$initrd" ] || [ "$late" -nt "$initrd" ]
then echo "dead $initrd was made before the scripts that would reset it"
elif ! grep -q '^CONFIG_MAGIC_SYSRQ=y' "/boot/config-$1"
then echo "dead the kernel has no CONFIG_MAGIC_SYSRQ, by which it is reset"
else echo "dead no"; fi
for directory in ${crashDirectories.join(" ")}; do
  [ ! -d "$directory" ] || find "$directory" -type f | sed 's/^/crash /'
done
exit 0
`;

function refused(host: string, { reason, remedy }: Obstacle): Error {
  return hoststackError("BOOT_REFUSED", `${host}: ${reason}`, {
    remedy,
    details: { host, reason },
  });
}

/** What speaks against booting this kernel once, beyond what speaks against booting any. */
function obstacleTo(
  facts: BootFacts,
  { release, way, fallBack }: { release: string; way: string; fallBack: string | undefined },
): Obstacle | undefined {
  if (entryOfRelease(facts.menu, release) === undefined) {
    const known = [...new Set(facts.menu.entries.map((entry) => entry.release))].join(", ");
    return {
      reason: `its boot menu has no kernel ${release}; it has ${known}`,
      remedy: "install it with kernel install",
    };
  }
  if (!facts.menu.readsOurs) {
    return {
      reason: "its grub.cfg does not read the one-shot entry",
      remedy: "install the kernel with kernel install, which has it read that",
    };
  }
  if (fallBack === undefined || fallBack === release) {
    return {
      reason: `it boots ${release} by default already, so it would fall back to the same kernel`,
      remedy: "reboot it as usual, or make another kernel the default first: grub-set-default",
    };
  }
  if (facts.nextEntry !== "") {
    return {
      reason: `another entry is to be booted once already: ${facts.nextEntry}`,
      remedy: "reboot the host, or take that back: grub-editenv - unset next_entry",
    };
  }
  if (way === "kexec" && !facts.hasKexec) {
    return {
      reason: "it has no kexec",
      remedy: "install kexec-tools, or boot through the firmware",
    };
  }
  return undefined;
}

/** A host's answers to what {@link planBoot} asks: how it boots, its menu, and what is ready for the kernel. */
type BootAnswers = readonly (Pick<BatchResult, "exitCode" | "stdout"> | undefined)[];

/**
 * Decides how a host is booted into an installed kernel once; asks it in one round trip and changes nothing. Throws
 * OPTIONS_INVALID for too short a deadline; BOOT_REFUSED with the reason, also where nothing would bring it back and
 * that is not accepted.
 */
export async function planBoot(host: Host, request: BootRequest): Promise<BootPlan> {
  const { kernel, signal } = request;
  const commands = [...bootFactsCommands, script(readyScript, kernel.release)];
  const answers = await host.batch(commands, signal === undefined ? {} : { signal });
  return decideBoot(host.name, answers, request);
}

/** Decides the same on answers of a host. Pure; throws the same. */
export function decideBoot(host: string, answers: BootAnswers, request: BootRequest): BootPlan {
  const { kernel, way = "firmware", acceptManualReset = false } = request;
  const { deadlineMs = defaultDeadlineMs } = request;
  const { release } = kernel;
  checkDeadline(deadlineMs);
  const [told, menu, ready] = answers;
  const facts = readBootFacts([told, menu]);
  if (facts === undefined) {
    const reason = "it did not tell how it boots";
    throw refused(host, { reason, remedy: "kernels need a Linux host with /proc" });
  }
  const fallBack = entryOfDefault(facts.menu, { ...facts, defaultEntry: facts.menu.defaultEntry });
  const obstacle =
    bootObstacle(facts) ?? obstacleTo(facts, { release, way, fallBack: fallBack?.release });
  const entry = entryOfRelease(facts.menu, release);
  if (obstacle !== undefined || entry === undefined) {
    throw refused(host, obstacle ?? { reason: "no entry", remedy: "install the kernel" });
  }
  const lines = (ready?.stdout ?? "").split("\n");
  const missing = lines.find((line) => line.startsWith("dead "))?.slice("dead ".length);
  const armed = missing === "no";
  if (!armed && !acceptManualReset) throw refused(host, noWayBack(release, missing));
  return {
    host,
    facts,
    entry,
    fallBack: fallBack?.release ?? "",
    deadMan: armed ? "armed" : { missing: missing ?? "it did not tell" },
    watchdogDriver: armed ? facts.watchdogDriver : undefined,
    deadlineMs,
    way,
    makeDefault: request.makeDefault === true,
    crashRecords: lines.filter((line) => line.startsWith("crash ")).map((line) => line.slice(6)),
  };
}

function checkDeadline(deadlineMs: number): void {
  if (deadlineMs >= leastDeadlineMs) return;
  const seconds = (ms: number) => `${ms / 1000} s`;
  throw hoststackError(
    "OPTIONS_INVALID",
    `a deadline of ${seconds(deadlineMs)} resets a good kernel before anybody can log in`,
    {
      remedy: `give at least ${seconds(leastDeadlineMs)} (--deadline, deadlineMs), servers more: their SSH server comes late`,
      details: { field: "deadline" },
    },
  );
}

/** What has the dead man in a kernel's first file system, where that is known. */
function deadManRemedy(release: string, missing: string): string {
  if (missing.includes("was made before")) {
    return `make it again on the host: update-initramfs -u -k ${release}; or `;
  }
  if (missing.includes("CONFIG_MAGIC_SYSRQ")) return "build it with MAGIC_SYSRQ: y; or ";
  return "";
}

function noWayBack(release: string, missing = "it did not tell"): Obstacle {
  return {
    reason: `nothing would bring it back from a kernel that hangs or has no network: ${missing}`,
    remedy: `${deadManRemedy(release, missing)}accept a reset by hand (--accept-manual-reset, acceptManualReset) if you can power-cycle it: its next boot is the old kernel`,
  };
}

/** What will happen, in order, one line for a person each. */
export function bootPlanLines(plan: BootPlan): string[] {
  const { facts, fallBack, deadMan, watchdogDriver, deadlineMs, entry, way, makeDefault } = plan;
  const seconds = Math.round(deadlineMs / 1000);
  const reset =
    deadMan === "armed"
      ? `if it hangs or cannot be reached: it resets itself ${seconds} s after its start, and ${fallBack} boots`
      : `if it hangs or cannot be reached: NOTHING resets it (${deadMan.missing}); power-cycle it by hand, and ${fallBack} boots`;
  return [
    `runs ${facts.release}; boots ${fallBack} by default, which stays so${makeDefault ? ` until ${entry.release} is proven` : ""}`,
    way === "kexec"
      ? `${entry.release} is loaded by kexec and started from the running kernel, without the firmware`
      : `the one-shot entry is written for ${entry.release} and asked for with grub-reboot: this one boot only`,
    "it reboots: everything that runs there ends",
    `if the kernel panics: it resets itself, and ${fallBack} boots`,
    reset,
    ...(watchdogDriver === undefined
      ? []
      : [
          `its watchdog (${watchdogDriver}) is fed as soon as its file system is there: a dead stop resets it`,
        ]),
    "once it answers: boot_id, uname -r and configuration are compared; only then is it confirmed",
    makeDefault
      ? `then ${entry.release} becomes the default`
      : `its next reboot boots ${fallBack}: --make-default, makeDefault keep a kernel that is proven`,
  ];
}
