import type { System } from "../system/system.js";
import { type Flag, flagsOf } from "./flags.js";
import { runFlags } from "./run-flags.js";

function flagLine(flag: Flag): string {
  const values = { boolean: "", integer: " N", number: " X", string: " TEXT" }[flag.type];
  const takes = flag.choices ? ` ${flag.choices.join("|")}` : values;
  const standard = flag.default === undefined ? "" : ` (default ${String(flag.default)})`;
  return `  ${`--${flag.name}${takes}`.padEnd(28)} ${flag.description}${standard}`;
}

const nameLines = (
  entries: readonly (readonly [string, { readonly summary: string }])[],
): string[] => entries.map(([name, { summary }]) => `  ${name.padEnd(22)} ${summary}`);

/** Help of the whole command. */
export function systemHelp(system: System): string {
  return [
    `${system.name}: ${system.summary}`,
    "",
    "Usage",
    `  ${system.name} run NAME [flags]    run a suite or an experiment`,
    `  ${system.name} parse FILE...       read saved outputs of the tools`,
    `  ${system.name} run NAME --help     flags of an experiment`,
    "",
    "Suites",
    ...nameLines(Object.entries(system.suites)),
    "",
    "Experiments",
    ...nameLines(Object.entries(system.experiments)),
    "",
    "Exit status: 0 all valid, 1 failed, 2 usage, 3 something is missing, 4 host unreachable,",
    "5 some figures are suspect or invalid, 130 interrupted after clean-up",
  ].join("\n");
}

/** Help of `run NAME`. */
export function runHelp(system: System, name: string): string {
  const experiment = system.experiments[name];
  const summary = experiment?.summary ?? system.suites[name]?.summary ?? "";
  const own = experiment === undefined ? [] : flagsOf(experiment.options).map(flagLine);
  return [
    `${system.name} run ${name}: ${summary}`,
    "",
    ...(own.length === 0 ? [] : ["Options of the experiment", ...own, ""]),
    "Flags of run",
    ...runFlags.map(flagLine),
  ].join("\n");
}
