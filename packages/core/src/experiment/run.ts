import { basename, join, resolve } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import { machineFacts } from "../facts/machine-facts.js";
import { transcribed } from "../host/transcript/transcribed.js";
import { Transcript } from "../host/transcript/transcript.js";
import {
  type RunRecord,
  recordVersion,
  type TrialRecord,
  type VariantRecord,
} from "../result/record.js";
import { createRunDirectory, type RunDirectory } from "../result/run-directory.js";
import { summarise } from "../result/summary.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import { coreVersion } from "../version.js";
import { preflight } from "./preflight.js";
import { FactCache } from "./roles.js";
import { runTrial, type Variant } from "./trial.js";

/** A series of trials to run. */
export interface SeriesRequest {
  readonly system: { readonly name: string; readonly version: string };
  readonly variants: readonly Variant[];
  /** Repetitions of each variant; the order is interleaved: all variants once, then again. */
  readonly repetitions: number;
  readonly testbed: Testbed;
  /** Run directory; made once everything needed is known to be there. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Values shown as `***` in the transcript of commands, beside variables named like secrets. */
  readonly secrets?: readonly string[];
  readonly progress?: Progress;
  /** Told after each trial. */
  readonly onTrial?: (trial: TrialRecord, variant: VariantRecord) => void;
}

/** Ports below those the kernel hands out by itself, 8 per trial. */
const firstPort = 12_000;
const portsPerTrial = 8;
const portSets = 2_000;

const describeTestbed = (testbed: Testbed): RunRecord["testbed"] => ({
  kind: testbed.kind,
  evidence: testbed.evidence,
  capabilities: [...testbed.capabilities].sort(),
  hosts: testbed.hosts.map((host) => ({ name: host.name, machine: host.machine.id })),
  links: testbed.links.map((link) => ({
    name: link.name,
    mtuBytes: link.mtuBytes,
    ends: link.ends.map((end) => ({ ...end, addresses: [...end.addresses] })),
  })),
  provenance: { ...testbed.provenance },
  notices: [...testbed.notices],
});

const describeVariant = ({ id, experiment, options }: Variant): VariantRecord => ({
  id,
  experiment: experiment.name,
  title: experiment.title(options),
  options,
  headline: experiment.headline(options),
});

async function openRecord(request: SeriesRequest, signal: AbortSignal): Promise<RunRecord> {
  const { testbed, variants } = request;
  const machines = new Map(testbed.hosts.map((host) => [host.machine.id, host]));
  return {
    recordVersion,
    id: basename(resolve(request.directory)),
    system: { name: request.system.name, version: request.system.version },
    coreVersion: coreVersion(),
    state: "running",
    startedAt: new Date().toISOString(),
    repetitions: request.repetitions,
    testbed: describeTestbed(testbed),
    machines: await Promise.all(
      [...machines].map(async ([machine, host]) => ({
        machine,
        facts: await machineFacts(host, signal),
      })),
    ),
    variants: variants.map(describeVariant),
    trials: [],
    summary: [],
  };
}

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
  readonly signal: AbortSignal;
}

/** Runs trial after trial and keeps the record on disk complete; returns the last one. */
async function runTrials(run: OpenRun, opened: RunRecord): Promise<RunRecord> {
  const { request, directory, signal } = run;
  const { variants, repetitions, testbed } = request;
  const facts = new FactCache(signal);
  const total = variants.length * repetitions;
  let record = opened;
  try {
    for (const [index, variant] of repeated(variants, repetitions).entries()) {
      signal.throwIfAborted();
      const repetition = 1 + Math.floor(index / variants.length);
      const { title } = describeVariant(variant);
      const text = `${index + 1}/${total} ${title}, repetition ${repetition} of ${repetitions}`;
      request.progress?.({ kind: "trial.begin", text });
      const port = firstPort + portsPerTrial * (index % portSets);
      const context = { testbed, directory, facts, signal, repetition, port };
      const trial = await runTrial(variant, context);
      const trials = [...record.trials, trial];
      record = { ...record, trials, summary: summarise(record.variants, trials) };
      await directory.save(record);
      request.onTrial?.(trial, describeVariant(variant));
    }
    signal.throwIfAborted();
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    const interrupted = request.signal.aborted;
    // what ended the run matters more than that its record could not be closed
    await directory.save(endedEarly(record, cause, interrupted)).catch(() => {});
    throw cause;
  }
  record = { ...record, state: "completed", endedAt: new Date().toISOString() };
  await directory.save(record);
  return record;
}

/** All variants once, then all again. */
const repeated = (variants: readonly Variant[], repetitions: number): Variant[] =>
  Array.from({ length: repetitions }, () => variants).flat();

/**
 * Runs every variant `repetitions` times, interleaved, and keeps `run.json` complete after each
 * trial. Throws OPTIONS_INVALID, CAPABILITY_MISSING, TOOL_MISSING, TRAFFIC_REFUSED or
 * OUTPUT_UNWRITABLE before the first trial, and whatever ends the run early, after the record says
 * so; trials that failed by themselves are in the record as invalid.
 */
export async function runSeries(request: SeriesRequest): Promise<RunRecord> {
  checkVariants(request.variants);
  using transcript = new Transcript();
  for (const secret of request.secrets ?? []) transcript.secrets.add(secret);
  const hosts = request.testbed.hosts.map((host) => transcribed(host, transcript));
  const testbed: Testbed = { ...request.testbed, hosts };
  const signal = AbortSignal.any([request.signal, testbed.lost]);
  try {
    await preflight(request.variants, testbed, signal);
    const opened = await openRecord({ ...request, testbed }, signal);
    const directory = await createRunDirectory(request.directory);
    transcript.open(join(directory.path, "transcript"));
    await directory.save(opened);
    const run = { request: { ...request, testbed }, directory, signal };
    const record = await runTrials(run, opened);
    transcript.check();
    return record;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

function endedEarly(record: RunRecord, cause: unknown, interrupted: boolean): RunRecord {
  const error = isHoststackError(cause)
    ? { code: cause.code, message: cause.message }
    : { code: interrupted ? "INTERRUPTED" : "UNEXPECTED", message: String(cause) };
  const state = interrupted ? "interrupted" : "failed";
  return { ...record, state, error, endedAt: new Date().toISOString() };
}

/** The error of a trial that must not be reported as a figure. */
export function invalidTrialError(trial: TrialRecord): Error {
  const reasons = trial.verdict.reasons.map((reason) => reason.text).join("; ");
  return hoststackError("TRIAL_INVALID", `${trial.variant}: ${reasons}`, {
    ...(trial.error?.remedy ? { remedy: trial.error.remedy } : {}),
    details: { verdict: trial.verdict },
  });
}
