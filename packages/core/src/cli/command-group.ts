import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import { type Flag, type ParsedFlags, parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import type { Terminal } from "./terminal.js";
import { hang, wrap } from "./wrap.js";

/** A command below a verb. */
export interface GroupCommand {
  /** What follows the name of the command. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Names it takes. @default none that are known */
  readonly names?: Readonly<Record<string, { readonly summary: string }>>;
  /** Its words may be paths of files, for completion. @default false */
  readonly takesFiles?: boolean;
}

/** A verb that has commands of its own, such as `testbed up`. */
export interface CommandGroup<Name extends string = string> {
  readonly name: string;
  readonly summary: string;
  /** A paragraph of help. */
  readonly about?: string;
  /** In the order of help. */
  readonly commands: Readonly<Record<Name, GroupCommand>>;
  /** Last lines of help. */
  readonly closing: (system: string) => readonly string[];
  /** Last lines of the help of each command. @default none */
  readonly exitLines?: readonly string[];
}

/** Which command below a verb is meant, and its command line; what follows `--` is left alone. */
export interface GroupLine<Name extends string> extends ParsedFlags {
  readonly command: Name;
  /** After `--`. */
  readonly program: readonly string[];
}

/** Names with what they mean. */
export function nameLines(named: Readonly<Record<string, { readonly summary: string }>>): string[] {
  const entries = Object.entries(named);
  const width = Math.max(...entries.map(([name]) => name.length)) + 4;
  return entries.flatMap(([name, { summary }]) =>
    hang(`  ${name}`.padEnd(width), summary, helpColumns),
  );
}

function groupHelp(system: string, group: CommandGroup): string {
  return [
    `${system} ${group.name} COMMAND: ${group.summary}`,
    "",
    ...(group.about === undefined ? [] : [...wrap(group.about, helpColumns), ""]),
    ...["Commands", ...nameLines(group.commands), ""],
    ...group.closing(system),
  ].join("\n");
}

function commandHelp(system: string, group: CommandGroup, name: string): string {
  const { usage = "", summary = "", flags = [], names = {} } = group.commands[name] ?? {};
  const known =
    Object.keys(names).length === 0
      ? []
      : ["Names it takes, beside files", ...nameLines(names), ""];
  return [
    ...hang("", `${system} ${group.name} ${name} ${usage}: ${summary}`, helpColumns),
    "",
    ...known,
    `Flags of ${group.name} ${name}`,
    ...flags.flatMap(flagLines),
    ...(group.exitLines === undefined ? [] : ["", ...group.exitLines]),
  ].join("\n");
}

function commandOf<Name extends string>({ name, commands }: CommandGroup<Name>, word: string) {
  const names = Object.keys(commands) as Name[];
  const found = names.find((one) => one === word);
  if (found !== undefined) return found;
  throw hoststackError("OPTIONS_INVALID", `${name} has no command "${word}"`, {
    remedy: `${didYouMean(word, names)}commands are ${names.join(", ")}`,
  });
}

/** Reads what follows a verb; an exit code when help was shown instead. Throws OPTIONS_INVALID. */
export function readGroupLine<Name extends string>(
  group: CommandGroup<Name>,
  { system, argv, terminal }: { system: string; argv: readonly string[]; terminal: Terminal },
): GroupLine<Name> | number {
  const [word, ...rest] = argv;
  if (word === "--help" || word === "-h" || word === "help") {
    terminal.out.line(groupHelp(system, group));
    return exitCodes.ok;
  }
  if (word === undefined) {
    terminal.err.line(groupHelp(system, group));
    return exitCodes.usage;
  }
  const command = commandOf(group, word);
  const end = rest.indexOf("--");
  const [own, program] = end === -1 ? [rest, []] : [rest.slice(0, end), rest.slice(end + 1)];
  const parsed = parseFlags(own, group.commands[command].flags);
  if (parsed.values["help"] !== true) return { command, ...parsed, program };
  terminal.out.line(commandHelp(system, group, command));
  return exitCodes.ok;
}
