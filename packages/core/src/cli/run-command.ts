import { resolve } from "node:path";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { variantsNamed } from "../system/variants.js";
import { executeRun } from "./execute-run.js";
import { exitCodeOfRun } from "./exit-code.js";
import { runHelp } from "./help.js";
import { checkRequest, readRunWords } from "./run-request.js";
import { resultTable } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

/** `run` without a name: its help when that is asked for, else an error. */
function runWithoutName(system: System, argv: readonly string[], terminal: Terminal): number {
  if (argv.includes("--help") || argv.includes("-h")) {
    terminal.out.line(runHelp(system));
    return exitCodes.ok;
  }
  throw hoststackError("OPTIONS_INVALID", "run needs the name of an experiment or a suite", {
    remedy: `${system.name} run --help lists them`,
  });
}

/** `run NAME`: measures and prints a table, or the record with `--json`. Returns the exit code. */
export async function runCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const words = readRunWords(system, argv);
  if (words === undefined) return runWithoutName(system, argv, terminal);
  if (words.values["help"] === true) {
    terminal.out.line(runHelp(system, words.name));
    return exitCodes.ok;
  }
  const request = checkRequest(words);
  const variants = await variantsNamed(system, words.name, words.options);
  const { record, keeps } = await executeRun(system, { request, variants, terminal });
  const { out, err } = terminal;
  if (request.json) out.line(JSON.stringify(record, null, 2));
  else out.line(`\n${resultTable(record, out)}\n`);
  const notices = record.testbed.notices.flatMap((notice) => wrap(notice, err.columns));
  for (const line of notices) err.line(err.style("yellow", line));
  err.line(`record and raw outputs: ${resolve(request.out)}`);
  for (const kept of keeps) err.line(kept);
  return exitCodeOfRun(record);
}
