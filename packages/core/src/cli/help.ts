import type { System } from "../system/system.js";
import { type Flag, flagsOf } from "./flags.js";
import { parseFlagList } from "./parse-flags.js";
import { campaignFlags, guestKernelFlags, mirrorFlag, usualRunFlags } from "./run-flags.js";
import { hang } from "./wrap.js";

/** Help is written for the narrowest usual terminal. */
export const helpColumns = 80;
/** And the lowest. */
const helpLines = 24;
/** Where descriptions of flags begin; those with much to the left of it begin a line below. */
const flagColumn = 29;

/** A flag and what it does. */
export function flagLines(flag: Flag): string[] {
  const values = { boolean: "", integer: " N", number: " X", string: " TEXT" }[flag.type];
  const value = flag.value === undefined ? values : ` ${flag.value}`;
  const takes = flag.choices ? ` ${flag.choices.join("|")}` : value;
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const standard = flag.default === undefined ? "" : ` (default ${String(flag.default)})`;
  const left = `  ${short}--${flag.name}${takes}`;
  const own = left.length + 2 > flagColumn ? [left] : [];
  const lead = (own.length > 0 ? "" : left).padEnd(flagColumn);
  return [...own, ...hang(lead, `${flag.description}${standard}`.trim(), helpColumns)];
}

type Named = Readonly<Record<string, { readonly summary: string }>>;

function nameLines(system: System, titles: { suites: string; experiments: string }): string[] {
  const names = [...Object.keys(system.suites), ...Object.keys(system.experiments)];
  const width = Math.max(...names.map((name) => name.length)) + 4;
  const list = (title: string, named: Named): string[] => {
    const lines = Object.entries(named).flatMap(([name, { summary }]) =>
      hang(`  ${name}`.padEnd(width), summary, helpColumns),
    );
    return lines.length === 0 ? [] : [title, ...lines, ""];
  };
  return [...list(titles.suites, system.suites), ...list(titles.experiments, system.experiments)];
}

/** Help of the whole command. */
export function systemHelp(system: System): string {
  const { name } = system;
  return [
    ...hang("", `${name}: ${system.summary}`, helpColumns),
    "",
    `Usage: ${name} VERB [flags]; VERB --help explains it`,
    "  doctor [NAME...]         can it run? requirements, host by host",
    "  plan [NAME...]           what would setup change? commands, differences",
    "  setup, build [NAME...]   have hosts ready; only build from sources",
    "  run NAME                 run a suite, an experiment or a campaign file",
    "  parse FILE...            read saved outputs of the tools",
    "  report, bundle RUN_DIR   one HTML file of runs; an archive to hand on",
    "  compare A B              is run B better or worse than run A?",
    "  testbed COMMAND          up, status, ssh, console, down: kept testbeds",
    "  kernel, tune COMMAND     kernels built, booted, proven; tuning by profiles",
    "  status, restore [HOST..] what is changed on hosts; undo it",
    "  reap, clean              remove what killed commands left; unused caches",
    "  completion SHELL         complete this command in bash, zsh or fish",
    "",
    ...hang("Suites       ", Object.keys(system.suites).join(", "), helpColumns),
    ...hang("Experiments  ", Object.keys(system.experiments).join(", "), helpColumns),
    "Exit status: 0 all trials valid, 1 failed or all invalid, 2 wrong usage, 3 some-",
    "thing missing, 4 host unreachable, 5 partial, 6 regression, 130 interrupted",
  ].join("\n");
}

/** Where the flags for many trials are explained: all of them would not fit on a screen. */
const campaignHint = ({ name }: System): string =>
  `Sweeps, campaign files, --resume, --dry-run ...: ${name} run FILE.yaml --help`;

/** The flags every run has, by name, where there is no room to explain them, and what does. */
const usualFlagNames = (system: System, explained: string): string[] => [
  ...hang(
    "Flags  ",
    [...guestKernelFlags(system), ...usualRunFlags].map((flag) => `--${flag.name}`).join(", "),
    helpColumns,
  ),
  explained,
];

const explainedByNames = ({ name }: System): string =>
  `${name} run NAME --help explains them and those of an experiment.`;

/** Help of `run` for a campaign file. */
export function campaignHelp(system: System): string {
  return [
    `${system.name} run FILE.yaml: measure what a campaign file lists (docs/campaigns.md)`,
    "",
    "Flags for many trials, also beside the name of an experiment",
    ...campaignFlags.flatMap(flagLines),
    ...(system.setup?.builds === undefined ? [] : flagLines(mirrorFlag)),
    "",
    ...usualFlagNames(system, explainedByNames(system)),
  ].join("\n");
}

/** The experiment with the fewest options: its help has room for the flags of all. */
function simplest({ experiments }: System): string {
  const counted = Object.entries(experiments).map(
    ([name, { options }]) => [name, flagsOf(options).length] as const,
  );
  return counted.reduce((least, one) => (one[1] < least[1] ? one : least))[0];
}

/** Help of `run`; without the name of an experiment or a suite it lists them. */
export function runHelp(system: System, name?: string): string {
  if (name === undefined) {
    return [
      `${system.name} run NAME [flags]: run a suite or an experiment`,
      "",
      ...nameLines(system, {
        suites: "Suites",
        experiments: "Experiments, with flags of their own",
      }),
      ...usualFlagNames(system, explainedByNames(system)),
      campaignHint(system),
    ].join("\n");
  }
  const experiment = Object.hasOwn(system.experiments, name) ? system.experiments[name] : undefined;
  const summary = experiment?.summary ?? system.suites[name]?.summary ?? "";
  const own = experiment === undefined ? [] : flagsOf(experiment.options).flatMap(flagLines);
  const lead = [
    ...hang("", `${system.name} run ${name}: ${summary}`, helpColumns),
    "",
    ...(own.length === 0 ? [] : ["Options of the experiment", ...own, ""]),
  ];
  const ofRun = [...usualRunFlags, ...guestKernelFlags(system)];
  const flags = ["Flags of run", ...ofRun.flatMap(flagLines)];
  const fits = lead.length + flags.length < helpLines;
  const explained = () => `${system.name} run ${simplest(system)} --help explains them.`;
  return [
    ...lead,
    ...(fits ? flags : usualFlagNames(system, explained())),
    campaignHint(system),
  ].join("\n");
}

/** Help of `parse`. */
export function parseHelp(system: System): string {
  return [
    `${system.name} parse FILE...: read saved outputs of the tools`,
    "",
    ...hang(
      "",
      "Tells by its content which tool wrote a file, and prints what it holds.",
      helpColumns,
    ),
    "",
    "Flags of parse",
    ...parseFlagList.flatMap(flagLines),
    "",
    "Exit status",
    "  0 all files read, 5 some of them, 1 or 2 none",
  ].join("\n");
}
