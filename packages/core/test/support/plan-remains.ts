import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Every file of a directory with its content. */
export function treeOf(directory: string): ReadonlyMap<string, string> {
  const paths = readdirSync(directory)
    .sort()
    .map((name) => join(directory, name));
  return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
}

/**
 * Processes of this machine that have a text in their environment, as everything has that an SSH
 * server's login shell gave it to; waits for them to end, for 4 s at most.
 */
export async function processesLeft(text: string): Promise<string[]> {
  const until = Date.now() + 4000;
  for (;;) {
    const left = processesWith(text);
    if (left.length === 0 || Date.now() > until) return left;
    await sleep(50);
  }
}

function processesWith(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(text)) return [];
        return [`${pid}: ${readFileSync(`/proc/${pid}/cmdline`, "utf8").slice(0, 100)}`];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
