import { readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveEntry } from "./cpio.js";

/** Directories and files no guest needs: documentation, translations, what compilers use. */
const pruned =
  /^(boot|lib\/modules|usr\/lib\/modules|usr\/include|usr\/share\/(doc|man|info|locale|lintian|bash-completion|bug|zoneinfo|perl5?|zsh|i18n|common-licenses|apparmor|debhelper|doc-base|gdb|metainfo|applications|icons|pixmaps)|var\/lib\/dpkg|lib\/systemd|usr\/lib\/systemd|usr\/lib\/udev|lib\/udev|usr\/lib\/x86_64-linux-gnu\/(gconv|perl|perl-base)|usr\/lib\/(locale|valgrind|pkgconfig)|etc\/(init\.d|cron.*|logrotate\.d|pam\.d|security|apparmor\.d|default))(\/|$)|\.(a|la|h|pc)$/;

/** The directories that are links into /usr in guests, as on every current Linux. */
export const mergedDirectories: readonly string[] = [
  "bin",
  "lib",
  "lib32",
  "lib64",
  "libx32",
  "sbin",
];

/** Where a path of a package ends up in a guest. */
export function guestPath(path: string): string {
  const [top = ""] = path.split("/");
  return mergedDirectories.includes(top) ? `usr/${path}` : path;
}

/** Whether a path of a package is left out of guests. */
export function isPruned(path: string): boolean {
  return pruned.test(path);
}

/** All files and links of an unpacked tree that guests have; directories follow from their paths. */
export async function treeEntries(tree: string, below = ""): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for (const item of await readdir(join(tree, below), { withFileTypes: true })) {
    const path = below === "" ? item.name : `${below}/${item.name}`;
    if (isPruned(path)) continue;
    const source = join(tree, path);
    if (item.isDirectory()) {
      entries.push(...(await treeEntries(tree, path)));
    } else if (item.isSymbolicLink()) {
      if (mergedDirectories.includes(path)) continue;
      entries.push({ path: guestPath(path), type: "link", target: await readlink(source) });
    } else if (item.isFile()) {
      const { mode } = await stat(source);
      entries.push({ path: guestPath(path), type: "copy", mode: mode & 0o7777, source });
    }
  }
  return entries;
}

/**
 * Puts entries into an order the kernel can unpack: one per path (the last one given), parents first
 * and made where no entry names them.
 */
export function completeEntries(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    const parts = path.split("/");
    for (let length = 1; length < parts.length; length++) {
      const parent = parts.slice(0, length).join("/");
      if (!byPath.has(parent)) byPath.set(parent, { path: parent, type: "directory", mode: 0o755 });
    }
  }
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
