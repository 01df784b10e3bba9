import { join, resolve } from "node:path";
import { hoststackError } from "../errors/error.js";
import type { Secrets } from "../host/transcript/secrets.js";
import { transcribed } from "../host/transcript/transcribed.js";
import { Transcript } from "../host/transcript/transcript.js";
import type { RunRecord, TrialRecord, VariantRecord } from "../result/record.js";
import { createRunDirectory, type RunDirectory } from "../result/run-directory.js";
import { summarise } from "../result/summary.js";
import type { Testbed } from "../testbed/testbed.js";
import { freePort } from "./free-port.js";
import { placementOf } from "./placement.js";
import { preflight } from "./preflight.js";
import { FactCache, hostsInUse } from "./roles.js";
import { endedEarly, newRecord, resumedRecord } from "./series-record.js";
import type { PlannedTrial, SeriesRequest } from "./series-request.js";
import { runTrial } from "./trial.js";
import type { Variant } from "./variant.js";

/** Two variants of one name would be one row of the table and share their raw outputs. */
function checkVariants(variants: readonly Variant[]): void {
  const ids = variants.map((variant) => variant.id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double === undefined && ids.length > 0) return;
  const text = double === undefined ? "a run needs variants" : `two variants are named "${double}"`;
  throw hoststackError("OPTIONS_INVALID", text, { details: { field: "variants" } });
}

/** A run that has been opened: everything needed is there and the directory is made. */
interface OpenRun {
  readonly request: SeriesRequest;
  readonly directory: RunDirectory;
  readonly facts: FactCache;
  readonly signal: AbortSignal;
  readonly order: readonly PlannedTrial[];
  /** Must be in no record. */
  readonly secrets: Secrets;
}

/** All variants once, then all again. */
const inTurn = (variants: readonly Variant[], repetitions: number): PlannedTrial[] =>
  Array.from({ length: repetitions }, (_, index) =>
    variants.map((variant) => ({ variant, repetition: index + 1 })),
  ).flat();

/** The trials of an order that a record does not hold. */
export function trialsLeft(
  order: readonly PlannedTrial[],
  { trials }: Pick<RunRecord, "trials">,
): PlannedTrial[] {
  const done = new Set(trials.map(({ variant, repetition }) => `${variant} ${repetition}`));
  return order.filter(({ variant, repetition }) => !done.has(`${variant.id} ${repetition}`));
}

function figureOf(trial: TrialRecord, { headline }: VariantRecord) {
  const sample = trial.samples.find((one) => one.metric === headline);
  if (sample === undefined) return {};
  return { figure: { metric: sample.metric, value: sample.value, unit: sample.unit } };
}

/** Runs one trial of the order and tells what happens. */
async function runPlanned(run: OpenRun, planned: PlannedTrial, about: VariantRecord) {
  const { request, directory, facts, signal, order } = run;
  const { variant, repetition } = planned;
  const { title } = about;
  const at = order.indexOf(planned);
  const which = { index: at + 1, of: order.length, variant: variant.id, repetition };
  const text = `${at + 1}/${order.length} ${title}, repetition ${repetition} of ${request.repetitions}`;
  const { clients, servers } = placementOf(request.testbed, variant);
  request.progress?.({ kind: "trial.begin", text });
  const hosts = { client: clients.join(", "), server: servers.join(", ") };
  request.onEvent?.({ kind: "trial.begin", ...which, title, ...hosts });
  const port = await freePort(hostsInUse(request.testbed, [variant]), { index: at, signal });
  const seen = await runTrial(variant, {
    ...{ testbed: request.testbed, directory, facts, signal, repetition, port },
    ...(request.onRate ? { onRate: request.onRate } : {}),
    onPhase: (phase) => request.onEvent?.({ kind: "trial.phase", ...which, phase }),
  });
  const trial = run.secrets.maskedData(seen);
  await directory.syncTrial(variant.id, repetition);
  const told = () => {
    const { durationS } = trial;
    const { state: verdict, reasons } = trial.verdict;
    const judged = { verdict, rules: [...new Set(reasons.map(({ rule }) => rule))] };
    const figure = figureOf(trial, about);
    request.onEvent?.({ kind: "trial.end", ...which, title, ...judged, durationS, ...figure });
    request.onTrial?.(trial, about);
  };
  return { trial, told };
}

function tellBegin(run: OpenRun, opened: RunRecord): void {
  const recorded = opened.trials.length;
  const differs = opened.sessions?.at(-1)?.differs ?? [];
  const { path } = run.directory;
  const trials = run.order.length;
  run.request.onEvent?.({ kind: "run.begin", directory: path, trials, recorded, differs });
}

/** Tells how a run ended, once its record does. */
function tellEnd({ request }: OpenRun, record: RunRecord): void {
  const { state, error, trials, notRun = [] } = record;
  const counts = { recorded: trials.length, notRun: notRun.length };
  request.onEvent?.({ kind: "run.end", state, ...counts, ...(error ? { error } : {}) });
}

/** Runs trial after trial and keeps the record on disk complete; returns the last one. */
async function runTrials(run: OpenRun, opened: RunRecord): Promise<RunRecord> {
  const { request, directory, signal, order } = run;
  const descriptions = new Map(opened.variants.map((variant) => [variant.id, variant]));
  let record = opened;
  try {
    for (const planned of trialsLeft(order, opened)) {
      signal.throwIfAborted();
      const about = descriptions.get(planned.variant.id);
      if (about === undefined) throw new Error("the record has all variants");
      const obstacle = request.obstacle?.(planned);
      if (obstacle !== undefined) return await closedEarly(run, record, { cause: obstacle });
      const { trial, told } = await runPlanned(run, planned, about);
      const trials = [...record.trials, trial];
      record = { ...record, trials, summary: summarise(record.variants, trials) };
      await directory.save(record);
      told();
    }
    signal.throwIfAborted();
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    // what ended the run matters more than that its record could not be closed
    await closedEarly(run, record, { cause, failed: !request.signal.aborted }).catch(() => {});
    throw cause;
  }
  record = { ...record, state: "completed", endedAt: new Date().toISOString() };
  await directory.save(record);
  tellEnd(run, record);
  return record;
}

/** Writes down that and why a run ended before its last trial. */
async function closedEarly(
  run: OpenRun,
  record: RunRecord,
  { cause, failed = false }: { readonly cause: unknown; readonly failed?: boolean },
): Promise<RunRecord> {
  const notRun = trialsLeft(run.order, record).map(({ variant, repetition }) => ({
    variant: variant.id,
    repetition,
  }));
  const closed = run.secrets.maskedData(endedEarly(record, { cause, failed, notRun }));
  await run.directory.save(closed);
  tellEnd(run, closed);
  return closed;
}

/**
 * Runs every variant `repetitions` times and keeps `run.json` complete after each trial, on the disk before the
 * next one starts. Throws OPTIONS_INVALID, CAPABILITY_MISSING, TOOL_MISSING, TRAFFIC_REFUSED or
 * OUTPUT_UNWRITABLE before the first trial, and whatever ends the run early, after the record says
 * so; trials that failed by themselves are in the record as invalid. A run that `obstacle` ends is returned.
 */
export async function runSeries(request: SeriesRequest): Promise<RunRecord> {
  const { resumes, variants, repetitions } = request;
  checkVariants(variants);
  using transcript = new Transcript();
  const { secrets } = transcript;
  for (const secret of request.secrets ?? []) secrets.add(secret);
  const hosts = request.testbed.hosts.map((host) => transcribed(host, transcript));
  const testbed: Testbed = { ...request.testbed, hosts };
  const signal = AbortSignal.any([request.signal, testbed.lost]);
  const own = { ...request, testbed, directory: resolve(request.directory) };
  try {
    const facts = new FactCache(signal);
    await preflight(variants, testbed, { facts, signal });
    const fresh = await (resumes === undefined
      ? newRecord(own, signal)
      : resumedRecord(resumes.record, own, signal));
    const opened = secrets.maskedData(fresh);
    await using made = resumes === undefined ? await createRunDirectory(own.directory) : undefined;
    const directory = made ?? resumes?.directory;
    if (directory === undefined) throw new Error("a run has a directory");
    transcript.open(join(directory.path, "transcript"));
    await directory.save(opened);
    const order = request.order ?? inTurn(variants, repetitions);
    const run = { request: own, directory, facts, signal, order, secrets };
    tellBegin(run, opened);
    const record = await runTrials(run, opened);
    transcript.check();
    return record;
  } catch (error) {
    throw secrets.maskedError(signal.aborted ? signal.reason : error);
  }
}

/** The error of a trial that must not be reported as a figure. */
export function invalidTrialError(trial: TrialRecord): Error {
  const reasons = trial.verdict.reasons.map((reason) => reason.text).join("; ");
  return hoststackError("TRIAL_INVALID", `${trial.variant}: ${reasons}`, {
    ...(trial.error?.remedy ? { remedy: trial.error.remedy } : {}),
    details: { verdict: trial.verdict },
  });
}
