import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import { type Comparison, compareRuns } from "../report/compare/compare-runs.js";
import { readRuns } from "../report/read-runs.js";
import { comparisonText, outcomeText } from "./compare-text.js";
import { type Flag, parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { helpFlag } from "./run-flags.js";
import type { Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

/** Flags of `compare`. */
export const compareFlags: readonly Flag[] = [
  {
    name: "threshold",
    property: "threshold",
    type: "number",
    value: "PERCENT",
    default: 5,
    description: "a regression is worse by more than this",
  },
  {
    name: "metric",
    property: "metric",
    type: "string",
    value: "NAME,...",
    description: "metrics that decide (default the first of each measurement)",
  },
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print the comparison on stdout as JSON",
  },
  helpFlag,
];

function help(system: string): string {
  return [
    `${system} compare A B [flags]: is run B better or worse than run A?`,
    "",
    ...hang(
      "",
      "Compares means of valid trials, with the 95 % interval of their difference (Welch), of what is alike: system, experiment, options, evidence level, and unit, direction and definition of the metric. Anything else is not comparable.",
      helpColumns,
    ),
    "",
    "Flags of compare",
    ...compareFlags.flatMap(flagLines),
    "",
    "Exit status, by the metrics that decide (marked *)",
    "  0 none is worse by more than the threshold",
    "  5 none that could be compared is, but some could not, or there were none",
    "  6 regression: its interval lies below or above 0, on the worse side, and the",
    "    means differ by more than the threshold",
  ].join("\n");
}

const invalid = (text: string, remedy: string, field?: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy, ...(field ? { details: { field } } : {}) });

function readThreshold(value: unknown): number {
  if (value === undefined) return 0.05;
  if (typeof value === "number" && value >= 0) return value / 100;
  throw invalid(
    `--threshold is 0 or more, not ${String(value)}`,
    "it is in percent of A",
    "threshold",
  );
}

function checkGates(gates: readonly string[] | undefined, { metrics }: Comparison): void {
  const known = [...new Set(metrics.map(({ metric }) => metric))];
  const unknown = gates?.find((gate) => !known.includes(gate));
  if (unknown === undefined) return;
  const remedy = `${didYouMean(unknown, known)}they have ${known.join(", ")}`;
  throw invalid(`neither run has a metric "${unknown}"`, remedy, "metric");
}

const exitCodeOf: Readonly<Record<Comparison["outcome"], number>> = {
  passed: exitCodes.ok,
  partial: exitCodes.partial,
  regression: exitCodes.regression,
};

/** `compare A B`: prints what is better or worse in B. Returns the exit code. */
export async function compareCommand(
  system: string,
  argv: readonly string[],
  { out, err }: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, compareFlags);
  if (values["help"] === true) {
    out.line(help(system));
    return exitCodes.ok;
  }
  if (words.length !== 2) {
    const text = `compare takes two run directories, not ${words.length}`;
    throw invalid(text, `${system} compare A B: A is the baseline; --help says more`);
  }
  const threshold = readThreshold(values["threshold"]);
  const named = values["metric"];
  const gates = typeof named === "string" ? named.split(",").map((one) => one.trim()) : undefined;
  const [a, b] = await readRuns(words);
  if (a === undefined || b === undefined) return exitCodes.failed;
  const comparison = compareRuns(a, b, { threshold, ...(gates === undefined ? {} : { gates }) });
  checkGates(gates, comparison);
  if (values["json"] === true) out.line(JSON.stringify(comparison, null, 2));
  else out.line(comparisonText(comparison, out));
  err.line(outcomeText(comparison));
  return exitCodeOf[comparison.outcome];
}
