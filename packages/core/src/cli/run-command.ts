import { join, resolve } from "node:path";
import { formatSi, isHoststackError } from "@hoststack/tools";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { runSeries } from "../experiment/run.js";
import type { RunRecord, TrialRecord, VariantRecord } from "../result/record.js";
import { checkWritable } from "../result/run-directory.js";
import { runId } from "../result/run-id.js";
import type { System } from "../system/system.js";
import { experimentNamed, variantsNamed } from "../system/variants.js";
import { openTestbed } from "../testbed/open-testbed.js";
import { flagsOf, parseFlags } from "./flags.js";
import { runHelp } from "./help.js";
import { progressDisplay } from "./progress.js";
import { runFlags } from "./run-flags.js";
import { interruptible } from "./signals.js";
import { resultTable } from "./table.js";
import type { Terminal } from "./terminal.js";

/** What `run` was asked for, checked. */
interface RunRequest {
  readonly testbed: "vm" | "netns";
  readonly repeat: number;
  readonly out: string;
  readonly json: boolean;
}

function checkRequest(name: string, values: Readonly<Record<string, unknown>>): RunRequest {
  const { testbed = "vm", repeat = 3, out, json = false } = values;
  if (testbed !== "vm" && testbed !== "netns") {
    throw hoststackError("OPTIONS_INVALID", `--testbed is vm or netns, not "${String(testbed)}"`, {
      details: { field: "testbed" },
    });
  }
  if (typeof repeat !== "number" || repeat < 1) {
    throw hoststackError("OPTIONS_INVALID", `--repeat is 1 or more, not ${String(repeat)}`, {
      details: { field: "repeat" },
    });
  }
  const path = typeof out === "string" ? out : join("results", runId(name));
  return { testbed, repeat, out: path, json: json === true };
}

/** One line about a finished trial, with its headline figure. */
function trialLine(trial: TrialRecord, variant: VariantRecord): string {
  const sample = trial.samples.find((one) => one.metric === variant.headline);
  const figure = sample === undefined ? "no figure" : formatSi(sample.value, sample.unit);
  return `  ${variant.title}: ${figure} (${trial.verdict.state}, ${trial.durationS.toFixed(1)} s)`;
}

/** 0 when all trials are valid, 5 when some are, 1 when none is. */
function exitCodeOfRun(record: RunRecord): number {
  const valid = record.trials.filter((trial) => trial.verdict.state === "valid").length;
  if (valid === record.trials.length) return exitCodes.ok;
  return valid === 0 ? exitCodes.failed : exitCodes.partial;
}

async function execute(
  system: System,
  name: string,
  given: { request: RunRequest; options: Readonly<Record<string, unknown>>; terminal: Terminal },
): Promise<{ readonly record: RunRecord; readonly keeps: readonly string[] }> {
  const { request, options, terminal } = given;
  const variants = await variantsNamed(system, name, options);
  await checkWritable(request.out);
  return interruptible(async (signal) => {
    using display = progressDisplay(terminal);
    const { progress } = display;
    await using testbed = await openTestbed(
      request.testbed === "vm"
        ? { kind: "vm", hosts: ["client", "server"], recipe: system.guest() }
        : { kind: "netns", hosts: ["client", "server"] },
      { signal, progress },
    );
    const record = await runSeries({
      system,
      variants,
      repetitions: request.repeat,
      testbed,
      directory: request.out,
      signal,
      progress,
      onTrial: (trial, variant) => display.line(trialLine(trial, variant)),
    }).catch((error: unknown) => {
      const say = `what was measured until then is in ${request.out}`;
      if (isHoststackError(error)) display.line(say);
      throw error;
    });
    progress({ kind: "testbed.close", text: "taking the testbed down" });
    return { record, keeps: testbed.keeps };
  });
}

/** `run NAME`: measures and prints a table, or the record with `--json`. Returns the exit code. */
export async function runCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const name = argv.find((word) => !word.startsWith("-"));
  if (name === undefined) {
    if (argv.includes("--help")) {
      terminal.out(runHelp(system, "NAME"));
      return exitCodes.ok;
    }
    throw hoststackError("OPTIONS_INVALID", "run needs the name of an experiment or a suite", {
      remedy: `${system.name} --help lists them`,
    });
  }
  const isSuite = Object.hasOwn(system.suites, name);
  const own = isSuite ? [] : flagsOf(experimentNamed(system, name).options);
  const { words, values } = parseFlags(argv, [...runFlags, ...own]);
  if (values["help"] === true) {
    terminal.out(runHelp(system, name));
    return exitCodes.ok;
  }
  if (words.length > 1) {
    throw hoststackError("OPTIONS_INVALID", `run takes one name, not also "${words[1]}"`);
  }
  const request = checkRequest(name, values);
  const optionNames = own.map((flag) => flag.property).filter((property) => property in values);
  const options = Object.fromEntries(optionNames.map((property) => [property, values[property]]));
  const { record, keeps } = await execute(system, name, { request, options, terminal });
  if (request.json) terminal.out(JSON.stringify(record, null, 2));
  else terminal.out(`\n${resultTable(record, terminal)}\n`);
  for (const notice of record.testbed.notices) terminal.err(terminal.style("yellow", notice));
  terminal.err(`record and raw outputs: ${resolve(request.out)}`);
  for (const kept of keeps) terminal.err(kept);
  return exitCodeOfRun(record);
}
