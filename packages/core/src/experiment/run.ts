import { basename } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import { machineFacts } from "../facts/machine-facts.js";
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

async function openRecord(request: SeriesRequest, directory: RunDirectory): Promise<RunRecord> {
  const { testbed, variants } = request;
  const machines = new Map(testbed.hosts.map((host) => [host.machine.id, host]));
  return {
    recordVersion,
    id: basename(directory.path),
    system: { name: request.system.name, version: request.system.version },
    coreVersion: coreVersion(),
    state: "running",
    startedAt: new Date().toISOString(),
    repetitions: request.repetitions,
    testbed: describeTestbed(testbed),
    machines: await Promise.all(
      [...machines].map(async ([machine, host]) => ({ machine, facts: await machineFacts(host) })),
    ),
    variants: variants.map(describeVariant),
    trials: [],
    summary: [],
  };
}

/**
 * Runs every variant `repetitions` times, interleaved, and keeps `run.json` complete after each
 * trial. Throws what ended the run early, after the record says so; trials that failed by
 * themselves are in the record as invalid.
 */
export async function runSeries(request: SeriesRequest): Promise<RunRecord> {
  const { variants, repetitions, testbed } = request;
  await preflight(
    variants.map((variant) => variant.experiment),
    testbed,
  );
  const directory = await createRunDirectory(request.directory);
  let record = await openRecord(request, directory);
  await directory.save(record);
  const facts = new FactCache();
  const signal = AbortSignal.any([request.signal, testbed.lost]);
  const total = variants.length * repetitions;
  try {
    for (let index = 0; index < total; index++) {
      const variant = variants[index % variants.length];
      if (variant === undefined) break;
      signal.throwIfAborted();
      const repetition = 1 + Math.floor(index / variants.length);
      const title = variant.experiment.title(variant.options);
      const text = `${index + 1}/${total} ${title}, repetition ${repetition} of ${repetitions}`;
      request.progress?.({ kind: "trial.begin", text });
      const port = firstPort + portsPerTrial * (index % portSets);
      const context = { testbed, directory, facts, signal, repetition, port };
      const trials = [...record.trials, await runTrial(variant, context)];
      record = { ...record, trials, summary: summarise(record.variants, trials) };
      await directory.save(record);
      const [last, described] = [trials.at(-1), record.variants[index % variants.length]];
      if (last && described) request.onTrial?.(last, described);
    }
    record = { ...record, state: "completed", endedAt: new Date().toISOString() };
    await directory.save(record);
    return record;
  } catch (error) {
    const cause = signal.aborted ? signal.reason : error;
    await directory.save(endedEarly(record, cause)).catch(() => {});
    throw cause;
  }
}

function endedEarly(record: RunRecord, cause: unknown): RunRecord {
  const known = isHoststackError(cause);
  const state = known && cause.code === "INTERRUPTED" ? "interrupted" : "failed";
  const error = known
    ? { code: cause.code, message: cause.message }
    : { code: "UNEXPECTED", message: String(cause) };
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
