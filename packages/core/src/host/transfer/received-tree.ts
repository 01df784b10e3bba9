import { hoststackError } from "../../errors/error.js";
import { type BytePath, shownPath } from "./byte-path.js";
import { refuseSpecialFiles, type Tree } from "./tree-entry.js";

/** As many as the Linux kernel follows. */
const maxLinks = 40;

/**
 * Refuses what a hostile host could do to this machine with a tree: names that lead out of it, files
 * below links, links that lead out of it (also by way of other links). Throws TRANSFER_FAILED.
 */
export function checkReceivedTree(tree: Tree, where: string): void {
  if (tree.get(".")?.kind !== "directory") refuse(where, ".", "is not a directory");
  refuseSpecialFiles(tree, where);
  for (const { path, kind } of tree.values()) {
    if (path === ".") continue;
    const parts = path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..")) {
      refuse(where, path, "is no path within it");
    }
    const parent = parts.slice(0, -1).join("/") || ".";
    if (tree.get(parent)?.kind !== "directory") refuse(where, path, "has no directory above it");
    if (kind === "link" && leadsOut(tree, path))
      refuse(where, path, "is a link that leads out of it");
  }
}

function refuse(where: string, path: BytePath, why: string): never {
  throw hoststackError("TRANSFER_FAILED", `"${shownPath(path)}" of ${where} ${why}`, {
    remedy: "remove it there: what comes from a host must not reach anything else here",
  });
}

/** Follows a link as the kernel would. Links that lead nowhere within the tree stay within it. */
function leadsOut(tree: Tree, link: BytePath): boolean {
  const ahead = link.split("/");
  const at: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.pop() === undefined) return true;
      continue;
    }
    const target = tree.get([...at, part].join("/"))?.target;
    if (target === undefined) {
      at.push(part);
      continue;
    }
    // The kernel gives up on a loop; it leads nowhere.
    if (++links > maxLinks) return false;
    if (target.startsWith("/")) return true;
    ahead.unshift(...target.split("/"));
  }
  return false;
}
