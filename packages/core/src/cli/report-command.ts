import { basename, dirname, join } from "node:path";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { readRuns } from "../report/read-runs.js";
import { renderReport, verdictOfRuns } from "../report/report.js";
import { writeReport } from "../report/write-report.js";
import { type Flag, parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { helpFlag } from "./run-flags.js";
import type { Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

const fileName = "report.html";

/** Flags of `report`. */
export const reportFlags: readonly Flag[] = [
  {
    name: "out",
    property: "out",
    type: "string",
    value: "FILE",
    description: `file to write (default ${fileName} in the run directory; here for several runs)`,
  },
  {
    name: "force",
    property: "force",
    type: "boolean",
    description: "replace a file that is no earlier report",
  },
  helpFlag,
];

function help(system: string): string {
  return [
    `${system} report RUN_DIR... [flags]: make one HTML file of runs`,
    "",
    ...hang(
      "",
      "Verdicts first, then figures with intervals, CPU use, time series, what differed, provenance and commands. The file needs no network and runs no scripts; it is for screens, phones and paper. An earlier report is replaced.",
      helpColumns,
    ),
    "",
    "Flags of report",
    ...reportFlags.flatMap(flagLines),
    "",
    "Examples",
    `  ${system} report results/20261121-093000-iperf3`,
    `  ${system} report results/* --out all.html`,
    "",
    "The path of the file is printed on stdout.",
  ].join("\n");
}

/** Where a report goes when nothing is said: to its run, or, for several, where one is. */
function usualFile(paths: readonly string[]): string {
  const [only = "."] = paths;
  if (paths.length > 1) return fileName;
  return join(basename(only) === "run.json" ? dirname(only) : only, fileName);
}

/** `report RUN_DIR...`: writes one HTML file. Returns the exit code. */
export async function reportCommand(
  system: string,
  argv: readonly string[],
  { out, err }: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, reportFlags);
  if (values["help"] === true) {
    out.line(help(system));
    return exitCodes.ok;
  }
  if (words.length === 0) {
    throw hoststackError("OPTIONS_INVALID", "report needs the directory of a run", {
      remedy: `${system} run prints it at its end; ${system} report --help says more`,
    });
  }
  const runs = await readRuns(words);
  const file = typeof values["out"] === "string" ? values["out"] : usualFile(words);
  const path = await writeReport(file, renderReport(runs), { force: values["force"] === true });
  err.line(verdictOfRuns(runs));
  out.line(path);
  return exitCodes.ok;
}
