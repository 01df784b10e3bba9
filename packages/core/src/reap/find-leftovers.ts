import { leftDirectories } from "./directories.js";
import type { Leftover } from "./leftover.js";
import { needLinux } from "./need-linux.js";
import { leftProcesses } from "./processes.js";
import { leftTestbeds } from "./testbeds.js";

/**
 * Finds all that we have left on this machine, and what is kept there on purpose: working directories of
 * processes that have ended, processes that outlived the one that started them, kept testbeds. Only what
 * carries the token of a process of ours is found; nothing is told by its name alone. Changes nothing.
 * Linux only. Throws CAPABILITY_MISSING elsewhere.
 */
export async function findLeftovers(): Promise<readonly Leftover[]> {
  needLinux();
  const found = await Promise.all([leftTestbeds(), leftProcesses(), leftDirectories()]);
  return found.flat();
}
