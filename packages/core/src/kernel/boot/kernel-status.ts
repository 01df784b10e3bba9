import type { Host } from "../../host/host.js";
import { script } from "../../steps/script.js";
import { kernelStateScript } from "../install/scripts.js";
import { bootFacts, readingMs } from "./boot-facts.js";
import { bootObstacle } from "./boot-obstacle.js";
import { entryOfDefault } from "./choose-entry.js";
import { onceId } from "./once-entry.js";

/** What a host runs and boots. */
export interface KernelStatus {
  readonly host: string;
  readonly running: string;
  readonly bootId: string;
  /** What boots by default; undefined where the host has no menu that tells. */
  readonly byDefault: string | undefined;
  /** What the next boot alone will be: a release, or an entry that is not ours. */
  readonly once: string | undefined;
  /** Kernels a step has installed. */
  readonly installed: readonly {
    readonly release: string;
    readonly state: "complete" | "damaged" | "incomplete";
  }[];
  /** Why no other kernel can be booted with a way back. */
  readonly obstacle: { readonly reason: string; readonly remedy: string } | undefined;
  /** What is not as one may think, a sentence each. */
  readonly remarks: readonly string[];
}

const states = { installed: "complete", damaged: "damaged", absent: "incomplete" } as const;

/** Asks a host what it runs, what it boots next and by default, and which kernels of ours it has. Changes nothing. */
export async function kernelStatus(host: Host, signal?: AbortSignal): Promise<KernelStatus> {
  const facts = await bootFacts(host, signal);
  const { menu, release, ours, nextEntry, onceRelease } = facts;
  const checks = ours.map((one) => script(kernelStateScript, one));
  const answers = await host.batch(checks, {
    deadlineMs: readingMs,
    ...(signal && { signal }),
  });
  const installed = ours.map((one, index) => {
    const word = answers[index]?.stdout.trim().split(" ")[0] as keyof typeof states;
    return { release: one, state: states[word] ?? "damaged" };
  });
  const hasMenu = facts.grubDirectory !== undefined;
  const once = nextEntry === onceId ? (onceRelease ?? nextEntry) : nextEntry;
  const found = hasMenu
    ? entryOfDefault(menu, { ...facts, defaultEntry: menu.defaultEntry })?.release
    : undefined;
  const status = {
    host: host.name,
    running: release,
    bootId: facts.bootId,
    byDefault: found,
    once: once === "" ? undefined : once,
    installed,
    obstacle: bootObstacle(facts),
  };
  return { ...status, remarks: remarksOn(status) };
}

function remarksOn({
  running,
  byDefault,
  once,
  installed,
}: Omit<KernelStatus, "remarks">): readonly string[] {
  const mine = installed.some(({ release }) => release === running);
  const mends = { damaged: "restore, then install it again", incomplete: "install it again" };
  return [
    ...(byDefault !== undefined && byDefault !== running
      ? [`the next reboot boots ${once ?? byDefault}, not the ${running} that runs`]
      : []),
    ...(mine && byDefault !== running
      ? [`${running} runs for this boot only: kernel boot --make-default keeps one that is proven`]
      : []),
    ...(once === undefined ? [] : [`${once} is to be booted once, by whoever reboots it next`]),
    ...installed.flatMap(({ release, state }) =>
      state === "complete" ? [] : [`the files of ${release} are ${state}: ${mends[state]}`],
    ),
  ];
}
