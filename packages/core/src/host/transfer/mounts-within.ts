import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { hoststackError } from "../../errors/error.js";
import { type BytePath, below, bytePath, shownPath } from "./byte-path.js";
import type { Tree } from "./tree-entry.js";

/** As the kernel writes blanks and the like. */
const escaped = /\\([0-7]{3})/g;

/** Everything that is mounted on this machine, where the kernel tells it. */
function mountPoints(): BytePath[] {
  try {
    const lines = readFileSync("/proc/self/mountinfo", "latin1").split("\n");
    return lines.map((line) => {
      const point = line.split(" ")[4] ?? "";
      return point.replaceAll(escaped, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
    });
  } catch {
    return [];
  }
}

/**
 * Throws TRANSFER_FAILED for a listed tree in which something is mounted: removing the tree would empty
 * that. Where there is no table of mounts, directories of another device tell.
 */
export function refuseMounts(path: string, tree: Tree): void {
  if (tree.size === 0) return;
  const above = bytePath(realpathSync(path));
  const mounted = mountPoints().find((point) => point.startsWith(`${above}/`));
  if (mounted !== undefined) throw refusal(mounted);
  const { dev } = lstatSync(path);
  for (const entry of tree.values()) {
    if (entry.kind !== "directory") continue;
    if (lstatSync(below(path, entry.path)).dev !== dev) throw refusal(`${above}/${entry.path}`);
  }
}

function refusal(point: BytePath): Error {
  return hoststackError("TRANSFER_FAILED", `"${shownPath(point)}" is mounted within the tree`, {
    remedy: "unmount it, or put the tree elsewhere: it would be emptied with the old tree",
  });
}
