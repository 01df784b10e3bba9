import { resolve } from "node:path";
import { isCampaignFileName } from "../campaign/file/read-campaign-file.js";
import { plannedTestbed } from "../campaign/planned-testbed.js";
import { type Preview, previewCampaign } from "../campaign/preview.js";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import type { RunRecord } from "../result/record.js";
import { type ReopenedRun, readRunRecord, reopenRunDirectory } from "../result/run-directory.js";
import type { System } from "../system/system.js";
import { type ChosenCampaign, resumedCampaign } from "./campaign-resume.js";
import { namedCampaign, seeded } from "./campaign-words.js";
import { chosenTestbed } from "./chosen-testbed.js";
import { executeRun, type FinishedRun, untilThenLines } from "./execute-run.js";
import { exitCodeOfRun } from "./exit-code.js";
import { campaignHelp, runHelp } from "./help.js";
import { previewLines } from "./preview-text.js";
import { checkRequest, type RunRequest, type RunWords, readRunWords } from "./run-request.js";
import { checkKeepable } from "./run-testbed.js";
import { resultTable } from "./table.js";
import type { Terminal } from "./terminal.js";
import { testbedSpec } from "./testbed-spec.js";
import { checkUpstreamLines, upstreamLines } from "./upstream-lines.js";
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

/** What the command line, or the record of the run to go on with, says is to be measured. */
async function chosenCampaign(
  system: System,
  words: RunWords,
  record: RunRecord | undefined,
): Promise<ChosenCampaign> {
  if (record !== undefined) return await resumedCampaign(system, words, record);
  const { name, values } = words;
  if (name === undefined) throw new Error("a new run has a name");
  const testbed = chosenTestbed(String(values["testbed"] ?? "vm"), values);
  const campaign = seeded(await namedCampaign(system, name, words), words);
  return { testbed, campaign: { ...campaign, command: ["run", ...words.argv] } };
}

async function previewOf(
  system: System,
  { campaign, testbed }: ChosenCampaign,
  record: RunRecord | undefined,
): Promise<Preview> {
  const planned = await plannedTestbed(testbedSpec(system, testbed, campaign.variants));
  return previewCampaign(campaign, { testbed: planned, ...(record ? { record } : {}) });
}

/** Where the record is, and what a person must know before reading figures. */
function tellEnd(
  system: System,
  run: FinishedRun,
  at: { request: RunRequest; terminal: Terminal },
) {
  const { record, keeps } = run;
  const { request, terminal } = at;
  const { out, err } = terminal;
  if (request.output === "record") out.line(JSON.stringify(record, null, 2));
  if (request.output === "upstream")
    for (const line of upstreamLines(system, record)) out.line(line);
  if (request.output === "table") out.line(`\n${resultTable(record, out)}\n`);
  const notices = record.testbed.notices.flatMap((notice) => wrap(notice, err.columns));
  for (const line of notices) err.line(err.style("yellow", line));
  const { error, notRun = [] } = record;
  if (error !== undefined) {
    const text = `${notRun.length} trials were not run: ${error.message} [${error.code}]`;
    for (const line of wrap(text, err.columns)) err.line(err.style("yellow", line));
    for (const line of untilThenLines(system, request.out)) err.line(line);
  } else err.line(`record and raw outputs: ${resolve(request.out)}`);
  for (const kept of keeps) err.line(kept);
}

/** Previews, and measures unless that was all that was asked for. */
async function previewAndRun(
  system: System,
  words: RunWords,
  on: { request: RunRequest; terminal: Terminal; resumes?: ReopenedRun; record?: RunRecord },
): Promise<number> {
  const { request, terminal, resumes, record } = on;
  const chosen = await chosenCampaign(system, words, record);
  if (request.keepOnFailure) checkKeepable(chosen.testbed);
  if (request.output === "upstream") checkUpstreamLines(chosen.campaign.variants);
  const preview = await previewOf(system, chosen, record);
  const { out, err } = terminal;
  if (request.dryRun && request.output !== "table") out.line(JSON.stringify(preview, null, 2));
  else for (const line of previewLines(preview, err.columns, request.dryRun)) err.line(line);
  if (request.dryRun) return exitCodes.ok;
  const run = await executeRun(system, {
    ...{ request, terminal, ...chosen },
    ...(resumes === undefined ? {} : { resumes }),
  });
  tellEnd(system, run, { request, terminal });
  return exitCodeOfRun(run.record);
}

/**
 * `run NAME`, `run FILE.yaml`, `run --resume DIRECTORY`: says what is going to be run, measures and prints a table, the
 * record with `--json` or events with `--ndjson`. Returns the exit code.
 */
export async function runCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const words = readRunWords(system, argv);
  if (words === undefined) return runWithoutName(system, argv, terminal);
  const { name, values } = words;
  if (values["help"] === true) {
    const ofFile = name !== undefined && isCampaignFileName(name);
    terminal.out.line(ofFile ? campaignHelp(system) : runHelp(system, name));
    return exitCodes.ok;
  }
  const request = checkRequest(words);
  if (!request.resumes) return await previewAndRun(system, words, { request, terminal });
  if (request.dryRun) {
    const record = await readRunRecord(request.out);
    return await previewAndRun(system, words, { request, terminal, record });
  }
  const resumes = await reopenRunDirectory(request.out);
  await using _ = resumes.directory;
  const { record } = resumes;
  return await previewAndRun(system, words, { request, terminal, resumes, record });
}
