import { flagLines, helpColumns } from "../help.js";
import { hang, wrap } from "../wrap.js";
import { type TuneVerb, type TuneVerbName, tuneVerbs } from "./flags.js";

const about =
  "A profile is a YAML file of steps: offloads, rings, queues, interrupts, clocks, sysctls. Its changes stay until they are restored, or another profile takes its place. docs/tuning.md lists the steps.";

const exitLines = [
  "Exit status",
  "  0 done, or shown  1 a step failed, or declined  2 wrong profile, or no --yes",
  "  3 a host cannot do it, or is held by somebody  5 something stays",
];

/** Help of `tune`. */
export function tuneHelp(system: string): string {
  return [
    `${system} tune COMMAND: host tuning by profiles, and back`,
    "",
    ...wrap(about, helpColumns),
    "",
    "Commands",
    ...Object.entries<TuneVerb>(tuneVerbs).flatMap(([name, { summary }]) =>
      hang(`  ${name}`.padEnd(12), summary, helpColumns),
    ),
    "",
    ...exitLines,
  ].join("\n");
}

/** Help of a command below it. */
export function tuneVerbHelp(system: string, verb: TuneVerbName): string {
  const { usage, summary, flags }: TuneVerb = tuneVerbs[verb];
  return [
    ...hang("", `${system} tune ${verb} ${usage}`, helpColumns),
    "",
    ...wrap(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, helpColumns),
    "",
    `Flags of tune ${verb}`,
    ...flags.flatMap(flagLines),
    "",
    ...exitLines,
  ].join("\n");
}
