import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { formatSi } from "@hoststack/tools";
import { EventLog } from "../campaign/event-log.js";
import { runCampaign } from "../campaign/run-campaign.js";
import type { SeriesEvent } from "../experiment/series-event.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { RunRecord } from "../result/record.js";
import { checkWritable, type ReopenedRun } from "../result/run-directory.js";
import type { System } from "../system/system.js";
import type { Progress } from "../testbed/testbed.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import type { ChosenCampaign } from "./campaign-resume.js";
import { askedTestbed } from "./chosen-testbed.js";
import { type ProgressDisplay, progressDisplay } from "./progress.js";
import type { RunRequest } from "./run-request.js";
import { openRunTestbed, type RunTestbed } from "./run-testbed.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { verboseTestbed } from "./verbose.js";
import { hang } from "./wrap.js";

/** A run that came to its end. */
export interface FinishedRun {
  readonly record: RunRecord;
  /** What stays on this machine on purpose, one line each. */
  readonly keeps: readonly string[];
}

/** What to run and how. */
export interface ExecuteRequest extends ChosenCampaign {
  readonly request: RunRequest;
  /** The run to go on with. */
  readonly resumes?: ReopenedRun;
  readonly terminal: Terminal;
}

/** What is said about a finished trial, with its headline figure. */
function trialText(event: Extract<SeriesEvent, { kind: "trial.end" }>): string {
  const { title, figure, verdict, rules, durationS } = event;
  const value = figure === undefined ? "no figure" : formatSi(figure.value, figure.unit);
  const judged = rules.length === 0 ? verdict : `${verdict}: ${rules.join(", ")}`;
  return `${title}: ${value} (${judged}, ${durationS.toFixed(1)} s)`;
}

/** Shows events to people and writes them down. */
function listener(display: ProgressDisplay, log: EventLog, terminal: Terminal) {
  const progress: Progress = (event) => {
    display.progress(event);
    // trials have events of their own, with more in them
    if (!event.kind.startsWith("trial.")) log.write(event);
  };
  const onEvent = (event: SeriesEvent): void => {
    log.write(event);
    display.event(event);
    if (event.kind === "trial.end") display.line(trialText(event));
    if (event.kind !== "run.begin") return;
    for (const text of event.differs) {
      const { err } = terminal;
      for (const line of hang("  not as before: ", text, err.columns)) err.line(line);
    }
  };
  return { progress, onEvent };
}

/** A testbed is worth a look when something went wrong by itself. */
function hasFailed(
  end: { readonly record: RunRecord } | { readonly error: unknown },
  stop: AbortSignal,
) {
  if ("error" in end) return !stop.aborted;
  return end.record.trials.some((trial) => trial.verdict.state === "invalid");
}

/** Takes the testbed of a run down, or says how to look at it and how to remove it. */
async function closeTestbed(
  opened: RunTestbed,
  { keep, system, terminal }: { keep: boolean; system: System; terminal: Terminal },
): Promise<void> {
  const name = await opened.close(keep);
  if (name === undefined) return;
  const host = opened.testbed.hosts[0]?.name;
  terminal.err.line(`the testbed is left up as ${name}`);
  terminal.err.line(`  log in     ${system.name} testbed ssh ${host} --name ${name}`);
  terminal.err.line(`  take down  ${system.name} testbed down --name ${name}`);
}

/** Runs the trials on a testbed that is open, and closes it however they end. */
async function measureOn(
  opened: RunTestbed,
  run: () => Promise<RunRecord>,
  about: { readonly what: ExecuteRequest; readonly system: System; readonly signal: AbortSignal },
): Promise<RunRecord> {
  const { what, system, signal } = about;
  const { terminal, request } = what;
  const settle = async (end: { record: RunRecord } | { error: unknown }) => {
    const keep = request.keepOnFailure && hasFailed(end, signal);
    await closeTestbed(opened, { keep, system, terminal });
  };
  let record: RunRecord;
  try {
    record = await run();
  } catch (error) {
    await settle({ error });
    throw error;
  }
  await settle({ record });
  return record;
}

function measure(system: System, what: ExecuteRequest) {
  const { request, campaign, testbed: chosen, resumes, terminal } = what;
  const sinceMs = performance.now();
  return interruptible(async (signal): Promise<FinishedRun> => {
    using display = progressDisplay(terminal.err);
    using log = new EventLog(
      request.output === "events" ? (line) => terminal.out.line(line) : undefined,
    );
    const { progress, onEvent } = listener(display, log, terminal);
    const text = "stopping; a second signal ends it at once";
    signal.addEventListener("abort", () => progress({ kind: "run.interrupted", text }));
    const question = askOnTerminal(signal);
    const ask: AskSecret | undefined = question && ((what) => display.aside(() => question(what)));
    const opened = await openRunTestbed(
      system,
      { campaign, testbed: chosen, keepable: request.keepOnFailure, mirrors: request.mirrors },
      { ...{ signal, progress }, ...(ask === undefined ? {} : { ask }) },
    );
    const testbed = request.verbose
      ? verboseTestbed(opened.testbed, (line) => display.line(line))
      : opened.testbed;
    const run = async () => {
      const record = await runCampaign({
        ...{ system, campaign, testbed, signal, progress, onEvent },
        onRate: (bitPerS) => display.rate(bitPerS),
        asked: askedTestbed(chosen),
        directory: request.out,
        ...(resumes === undefined ? {} : { resumes }),
        ...(request.budgetS === undefined ? {} : { budget: { seconds: request.budgetS, sinceMs } }),
      });
      progress({ kind: "testbed.close", text: "taking the testbed down" });
      return record;
    };
    const record = await measureOn(opened, run, { what, system, signal });
    return { record, keeps: testbed.keeps };
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Where the record of a run is that did not come to its end, and how to go on. */
export function untilThenLines(system: System, out: string): string[] {
  return [
    `record and raw outputs until then: ${resolve(out)}`,
    `to go on: ${system.name} run --resume ${out}`,
  ];
}

/**
 * Runs a campaign between the hosts of a testbed. Throws what ended the run early, after lines that
 * say where the record of it is and how to go on, if it came that far.
 */
export async function executeRun(system: System, what: ExecuteRequest): Promise<FinishedRun> {
  const { request, resumes, terminal } = what;
  await checkWritable(request.out);
  const path = join(request.out, "run.json");
  const ofAnotherRun = resumes === undefined && (await isThere(path));
  try {
    return await measure(system, what);
  } catch (error) {
    if (!ofAnotherRun && (await isThere(path))) {
      for (const line of untilThenLines(system, request.out)) terminal.err.line(line);
    }
    throw error;
  }
}
