import type { GrubEntry, GrubMenu } from "./grub-menu.js";

/**
 * The entry that starts a kernel, found by the release it starts. One whose id tells the release comes before one
 * that stands for whatever is newest (`gnulinux-simple-...`), which another kernel may become.
 */
export function entryOfRelease(menu: GrubMenu, release: string): GrubEntry | undefined {
  const usable = menu.entries.filter((entry) => entry.release === release && !entry.recovery);
  return usable.find(({ id }) => id?.includes(release)) ?? usable[0];
}

/** Names of submenus and entry in a path, where `>>` stands for `>` in a name. */
const partsOf = (path: string): string[] =>
  path.split(/(?<!>)>(?!>)/).map((part) => part.replaceAll(">>", ">"));

/** The entry a path of names or numbers leads to; undefined where nothing is there, or no Linux. */
function entryAt(menu: GrubMenu, path: string): GrubEntry | undefined {
  const [top = "", ...rest] = partsOf(path);
  const chosen = /^\d+$/.test(top)
    ? menu.topLevel[Number(top)]
    : menu.topLevel.find(({ names }) => names.includes(top));
  if (chosen === undefined) return undefined;
  const within = menu.entries.filter((entry) => partsOf(entry.path)[0] === chosen.names[0]);
  const [name] = rest;
  if (name === undefined) return within[0];
  if (/^\d+$/.test(name)) return within[Number(name)];
  return within.find(({ id, title }) => id === name || title === name);
}

/** What GRUB boots where nothing is asked for once. */
export interface DefaultChoice {
  /** As grub.cfg sets it. */
  readonly defaultEntry: string | undefined;
  /** `saved_entry` of its environment; empty where there is none. */
  readonly savedEntry: string;
}

/** Whether the default is what its environment says. */
export function isSavedDefault({
  defaultEntry = "",
}: Pick<DefaultChoice, "defaultEntry">): boolean {
  return /^\$\{?saved_entry\}?$/.test(defaultEntry);
}

/** The entry a default leads to; GRUB takes the first one where it leads nowhere. */
export function entryOfDefault(menu: GrubMenu, choice: DefaultChoice): GrubEntry | undefined {
  const chosen = isSavedDefault(choice) ? choice.savedEntry : (choice.defaultEntry ?? "");
  return entryAt(menu, chosen === "" ? "0" : chosen) ?? entryAt(menu, "0");
}

/** Whether something in the menu has this path. */
export function isInMenu(menu: GrubMenu, path: string): boolean {
  return path !== "" && entryAt(menu, path) !== undefined;
}
