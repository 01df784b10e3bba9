import type { System } from "../../system/system.js";
import { trafficRisks } from "../../testbed/traffic/traffic.js";
import { bundleFlags } from "../bundle-flags.js";
import { restoreFlags, statusFlags } from "../change-hosts.js";
import { cleanFlags } from "../clean-command.js";
import type { CommandGroup } from "../command-group.js";
import { compareFlags } from "../compare-command.js";
import { doctorFlags } from "../doctor-flags.js";
import { type Flag, flagsOf } from "../flags.js";
import { kernelGroup } from "../kernel-flags.js";
import { parseFlagList } from "../parse-flags.js";
import { reapFlags } from "../reap-command.js";
import { reportFlags } from "../report-command.js";
import { helpFlag, runFlagsOf } from "../run-flags.js";
import { setupFlags } from "../setup-flags.js";
import { testbedGroup, usualName } from "../testbed/flags.js";
import { tuneGroup } from "../tune/flags.js";
import { type CompletedWord, verbWords } from "../verbs.js";

/** A flag as completion sees it. */
export interface CompletedFlag extends Flag {
  /** Values it can take; none when they cannot be listed. */
  readonly values: readonly string[];
  /** Its value may be the name of a file or a directory. */
  readonly takesFiles: boolean;
}

/** What can follow on a command line that has some words already. */
export interface CompletedCommand {
  /** The words before, flags left out: none, `run`, `run iperf3`, `testbed up`. */
  readonly path: readonly string[];
  readonly words: readonly CompletedWord[];
  /** Words may also be names of files. */
  readonly takesFiles: boolean;
  readonly flags: readonly CompletedFlag[];
}

/** Shells there is a completion for. */
export const shells = ["bash", "zsh", "fish"] as const;

const openValues: Readonly<Record<string, readonly string[]>> = {
  testbed: ["vm", "netns", `kept:${usualName}`],
  allowTraffic: trafficRisks,
  role: ["client=", "server="],
};

const isPath = ({ value, property, choices }: Flag): boolean =>
  choices === undefined &&
  (property === "testbed" || /^(?:FILE|DIRECTORY|RUN_DIR)/.test(value ?? ""));

const completedFlag = (flag: Flag): CompletedFlag => ({
  ...flag,
  values: flag.choices ?? openValues[flag.property] ?? [],
  takesFiles: isPath(flag),
});

interface CommandParts {
  readonly words?: readonly CompletedWord[];
  readonly takesFiles?: boolean;
}

function command(
  path: readonly string[],
  flags: readonly Flag[],
  { words = [], takesFiles = false }: CommandParts = {},
): CompletedCommand {
  return { path, words, takesFiles, flags: flags.map(completedFlag) };
}

const summaries = (named: Readonly<Record<string, { readonly summary: string }>>) =>
  Object.entries(named).map(([word, { summary }]) => ({ word, summary }));

const groupCommands = ({ name, commands }: CommandGroup): CompletedCommand[] => [
  command([name], [helpFlag], { words: summaries(commands) }),
  ...Object.entries(commands).map(([word, { flags, names = {}, takesFiles = false }]) =>
    command([name, word], flags, { words: summaries(names), takesFiles }),
  ),
];

/** Everything a system's command line takes, from the same flags and schemas that read it. */
export function completedCommands(system: System): CompletedCommand[] {
  const names = [...summaries(system.suites), ...summaries(system.experiments)];
  const run = runFlagsOf(system);
  const version: Flag = {
    ...{ name: "version", property: "version", type: "boolean", description: "show the version" },
  };
  return [
    command([], [helpFlag, version], { words: verbWords }),
    command(["doctor"], doctorFlags(system), { words: names }),
    ...(["plan", "setup", "build"] as const).map((verb) =>
      command([verb], setupFlags(system, verb), { words: names }),
    ),
    command(["run"], run, { words: names, takesFiles: true }),
    ...Object.keys(system.suites).map((name) => command(["run", name], run)),
    ...Object.entries(system.experiments).map(([name, { options }]) =>
      command(["run", name], [...flagsOf(options), ...run]),
    ),
    command(["parse"], parseFlagList, { takesFiles: true }),
    command(["report"], reportFlags, { takesFiles: true }),
    command(["bundle"], bundleFlags, { takesFiles: true }),
    command(["compare"], compareFlags, { takesFiles: true }),
    ...groupCommands(testbedGroup),
    ...groupCommands(kernelGroup(system)),
    ...groupCommands(tuneGroup(system)),
    command(["status"], statusFlags),
    command(["restore"], restoreFlags),
    command(["reap"], reapFlags),
    command(["clean"], cleanFlags),
    command(["completion"], [helpFlag], {
      words: shells.map((word) => ({ word, summary: `script for ${word}` })),
    }),
  ];
}

/** Flags that take a value, as they are written, of all commands: what follows them is no word. */
export function valueFlags(commands: readonly CompletedCommand[]): string[] {
  const flags = commands.flatMap((one) => one.flags.filter(({ type }) => type !== "boolean"));
  return [...new Set(flags.flatMap(writtenForms))];
}

/** A flag as it is written: `--name` and `-n`. */
export const writtenForms = ({ name, short }: Flag): string[] => [
  `--${name}`,
  ...(short === undefined ? [] : [`-${short}`]),
];
