import { type GrubCommand, grubCommands } from "./grub-words.js";

/** An entry of a boot menu that starts Linux. */
export interface GrubEntry {
  /** What `grub-reboot` takes: ids, or titles where there are none, of submenus and entry, joined by `>`. */
  readonly path: string;
  readonly title: string;
  readonly id: string | undefined;
  /** Release of its kernel, from the name of the file: `vmlinuz-RELEASE`. */
  readonly release: string;
  /** Words of its linux command behind the file. */
  readonly kernelArguments: readonly string[];
  /** It comes up for repairs only. */
  readonly recovery: boolean;
  /** Commands between its braces, as they are written. */
  readonly body: string;
}

/** What a grub.cfg says. */
export interface GrubMenu {
  readonly entries: readonly GrubEntry[];
  /** Id and title of everything at the top of the menu, in order, submenus too. */
  readonly topLevel: readonly { readonly names: readonly string[] }[];
  /** What it sets as default where no entry is asked for once: `0`, `${saved_entry}`, an id. */
  readonly defaultEntry: string | undefined;
  /** It follows `grub-reboot`, and forgets that before it boots. */
  readonly bootsOnce: boolean;
  /** It reads the file of our one-shot entry. */
  readonly readsOurs: boolean;
  /** Its entries are files of their own (Boot Loader Specification), not in grub.cfg. */
  readonly usesSnippets: boolean;
}

/** File beside grub.cfg that holds our one-shot entry. */
export const onceFile = "hoststack.cfg";

const linuxCommands = new Set(["linux", "linuxefi", "linux16"]);
const blocks = new Set(["menuentry", "submenu"]);

interface Block {
  readonly kind: string;
  readonly title: string;
  readonly id: string | undefined;
  readonly start: number;
  linux: readonly string[] | undefined;
}

/** Options of menuentry that are followed by a value. */
const valued = new Set(["--class", "--users", "--hotkey", "--source"]);

function openBlock({ words, end }: GrubCommand): Block {
  const [kind = "", ...rest] = words;
  let id: string | undefined;
  let title: string | undefined;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (word === "--id" || /^\$\{?menuentry_id_option\}?$/.test(word)) id = rest[++index];
    else if (word.startsWith("--id=")) id = word.slice("--id=".length);
    else if (valued.has(word)) index++;
    else if (!word.startsWith("--")) title ??= word;
  }
  return { kind, title: title ?? "", id, start: end, linux: undefined };
}

/** A `>` within a name is written twice. */
const nameOf = ({ id, title }: Pick<Block, "id" | "title">): string =>
  (id ?? title).replaceAll(">", ">>");

function entryOf(block: Block, outer: readonly Block[], body: string): GrubEntry | undefined {
  const [file = "", ...kernelArguments] = block.linux ?? [];
  const release = /(?:^|\/)vmlinuz-([^/]+)$/.exec(file)?.[1];
  if (release === undefined) return undefined;
  const submenus = outer.filter(({ kind }) => kind === "submenu");
  const { id, title } = block;
  return {
    path: [...submenus, block].map(nameOf).join(">"),
    ...{ title, id, release, kernelArguments, body },
    recovery:
      kernelArguments.some((word) => word === "single" || word === "recovery") ||
      (id ?? "").includes("-recovery-"),
  };
}

/** The value of `set default=`, where the command is one and not that of an entry asked for once. */
function defaultOf({ words: [verb, assignment = ""] }: GrubCommand): string | undefined {
  if (verb !== "set" || !assignment.startsWith("default=")) return undefined;
  const value = assignment.slice("default=".length);
  return /^\$\{?next_entry\}?$/.test(value) ? undefined : value;
}

/** Reads the menu of a grub.cfg; entries that start no Linux are left out. */
export function parseGrubMenu(text: string): GrubMenu {
  const entries: GrubEntry[] = [];
  const topLevel: { names: readonly string[] }[] = [];
  const open: Block[] = [];
  const commands: GrubCommand[] = [];
  const shut = (end: number): void => {
    const block = open.pop();
    if (block === undefined || !blocks.has(block.kind)) return;
    const entry =
      block.kind === "menuentry" ? entryOf(block, open, text.slice(block.start, end)) : undefined;
    if (entry !== undefined) entries.push(entry);
    if (open.length > 0) return;
    topLevel.push({ names: [block.id, block.title].filter((name) => name !== undefined) });
  };
  for (const command of grubCommands(text)) {
    if ("closes" in command) {
      shut(command.start);
      continue;
    }
    commands.push(command);
    const [first = "", ...rest] = command.words;
    if (linuxCommands.has(first)) {
      const entry = open.findLast(({ kind }) => kind === "menuentry");
      if (entry !== undefined) entry.linux ??= rest;
    }
    if (command.opens) open.push(openBlock(command));
  }
  const saves = (name: string) =>
    commands.some(({ words }) => words[0] === "save_env" && words.includes(name));
  return {
    entries,
    topLevel,
    defaultEntry: commands.map(defaultOf).find((value) => value !== undefined),
    bootsOnce: saves("next_entry"),
    readsOurs: commands.some(
      ({ words: [verb, file = ""] }) => verb === "source" && file.endsWith(`/${onceFile}`),
    ),
    usesSnippets: commands.some(({ words: [verb] }) => verb === "blscfg"),
  };
}
