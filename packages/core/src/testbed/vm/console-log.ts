import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import {
  failedMarker,
  kernelMarker,
  readyMarker,
  toldMarker,
  waitingMarker,
} from "./image/init-script.js";

const quotedLines = 15;
const linesBeforeDeath = 10;
const mostBytes = 256 * 1024;
const pollMs = 20;

/** Reads the end of a guest's console; empty when there is none yet. */
export async function consoleText(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8").replaceAll("\r", "");
  } catch {
    return "";
  }
}

/**
 * The telling lines of a console, for error messages: its last ones, but where the kernel died those
 * around the first word of that, not the processor's registers after it.
 */
export function consoleTail(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const death = lines.findIndex((line) => /Kernel panic|Oops:|BUG: /.test(line));
  const begin = death === -1 ? lines.length - quotedLines : death - linesBeforeDeath;
  return lines.slice(Math.max(0, begin), Math.max(0, begin) + quotedLines).join("\n");
}

/** What a console says about how far the guest has come. */
export type ConsoleState = "booting" | "waiting" | "told" | "ready" | { readonly failed: string };

/** Finds the marker a guest prints when it is up or gives up; a kernel's panic is giving up. */
export function consoleState(text: string): ConsoleState {
  const failed = new RegExp(`^${failedMarker}: (.*)$`, "m").exec(text);
  if (failed?.[1] !== undefined) return { failed: failed[1] };
  const panic = /Kernel panic - not syncing: (.*)$/m.exec(text);
  if (panic?.[1] !== undefined) return { failed: `its kernel panicked: ${panic[1]}` };
  const says = (marker: string) => new RegExp(`^${marker}$`, "m").test(text);
  if (says(readyMarker)) return "ready";
  if (says(toldMarker)) return "told";
  return says(waitingMarker) ? "waiting" : "booting";
}

/** The release of the kernel that a guest has told, which it does before it is up. */
export function toldKernel(text: string): string | undefined {
  return new RegExp(`^${kernelMarker} (\\S+)$`, "m").exec(text)?.[1];
}

/** Waits until a console shows that its guest has left a state or has given up, or the signal fires. */
export async function consoleBeyond(
  file: string,
  states: readonly ConsoleState[],
  signal: AbortSignal,
): Promise<ConsoleState> {
  for (;;) {
    const state = consoleState(await consoleText(file));
    if (!states.includes(state)) return state;
    await delay(pollMs, undefined, { signal });
  }
}
