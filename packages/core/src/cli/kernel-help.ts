import { flagLines, helpColumns } from "./help.js";
import { type KernelVerb, type KernelVerbName, kernelVerbs } from "./kernel-flags.js";
import { hang, wrap } from "./wrap.js";

const about =
  "A kernel is built once, installed on many hosts beside the one they boot, booted once, and kept only when it is proven to run. One that panics, hangs or loses its network gives way to the old one. What is installed is removed by restore. docs/kernels.md shows it all.";

const exitLines = [
  "Exit status",
  "  0 done, or shown  1 failed, declined, or another kernel runs",
  "  2 wrong file or directory, or no --yes  4 host unreachable",
  "  3 a host has no way back, nothing was changed",
];

/** Help of `kernel`. */
export function kernelHelp(system: string): string {
  return [
    `${system} kernel COMMAND: kernels built, installed, booted once and proven`,
    "",
    ...wrap(about, helpColumns),
    "",
    "Commands",
    ...Object.entries<KernelVerb>(kernelVerbs).flatMap(([name, { summary }]) =>
      hang(`  ${name}`.padEnd(12), summary, helpColumns),
    ),
    "",
    ...exitLines,
  ].join("\n");
}

/** Help of a command below it. */
export function kernelVerbHelp(system: string, verb: KernelVerbName): string {
  const { usage, summary, flags }: KernelVerb = kernelVerbs[verb];
  return [
    ...hang("", `${system} kernel ${verb} ${usage}`, helpColumns),
    "",
    ...wrap(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, helpColumns),
    "",
    `Flags of kernel ${verb}`,
    ...flags.flatMap(flagLines),
    "",
    ...exitLines,
  ].join("\n");
}
