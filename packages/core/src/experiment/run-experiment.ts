import { join, resolve } from "node:path";
import type { Facts } from "../facts/fact.js";
import type { TrialRecord } from "../result/record.js";
import { runId } from "../result/run-id.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import type { Experiment } from "./experiment.js";
import { checkOptions } from "./options.js";
import { invalidTrialError, runSeries } from "./run.js";

/** Where an experiment runs. */
export interface RunExperimentContext {
  readonly testbed: Testbed;
  /** Run directory for raw outputs and `run.json`. @default "results/<time>-<experiment>" */
  readonly directory?: string;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A trial with the result of its experiment. */
export type TypedTrial<R> = TrialRecord & {
  readonly result: R;
  /** Absolute path of the run directory that holds the raw outputs. */
  readonly directory: string;
};

/**
 * Runs an experiment once. Throws OPTIONS_INVALID, TOOL_MISSING, CAPABILITY_MISSING and
 * TRAFFIC_REFUSED before it starts, and TRIAL_INVALID when its figures must not be used; a suspect trial is returned with its
 * verdict.
 */
export async function runExperiment<O, R, F extends Facts>(
  experiment: Experiment<O, R, F>,
  options: unknown,
  context: RunExperimentContext,
): Promise<TypedTrial<R>> {
  const checked = await checkOptions(experiment.name, experiment.options, options);
  const directory = resolve(context.directory ?? join("results", runId(experiment.name)));
  const record = await runSeries({
    system: { name: "@hoststack/core", version: "library" },
    variants: [
      { id: experiment.name, experiment, options: checked as Readonly<Record<string, unknown>> },
    ],
    repetitions: 1,
    testbed: context.testbed,
    directory,
    signal: context.signal ?? new AbortController().signal,
    ...(context.progress ? { progress: context.progress } : {}),
  });
  const trial = record.trials[0];
  if (trial === undefined) throw new Error("a completed run holds its trials");
  if (trial.verdict.state === "invalid") throw invalidTrialError(trial);
  return { ...trial, result: trial.result as R, directory };
}
