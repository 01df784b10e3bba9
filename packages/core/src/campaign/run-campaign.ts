import { performance } from "node:perf_hooks";
import { hoststackError } from "../errors/error.js";
import { runSeries, trialsLeft } from "../experiment/run.js";
import type { SeriesEvent } from "../experiment/series-event.js";
import type { PlannedTrial } from "../experiment/series-request.js";
import type { RunRecord } from "../result/record.js";
import type { ReopenedRun } from "../result/run-directory.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import type { Campaign } from "./campaign.js";
import { TrialDurations } from "./estimate.js";
import { trialOrder } from "./trial-order.js";

/** A time that a run must not exceed. */
export interface Budget {
  readonly seconds: number;
  /** When it began to run, on the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/** A campaign to run, and where. */
export interface CampaignRequest {
  readonly system: { readonly name: string; readonly version: string };
  readonly campaign: Campaign;
  readonly testbed: Testbed;
  /** Which testbed was asked for, as data; a resumption must ask for the same. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly directory: string;
  /** The directory's own run to go on with; see `reopenRunDirectory` and `checkUnchanged`. */
  readonly resumes?: ReopenedRun;
  readonly signal: AbortSignal;
  /** No trial is started that would end after it, as far as can be told. @default none */
  readonly budget?: Budget;
  readonly progress?: Progress;
  readonly onEvent?: (event: SeriesEvent) => void;
  /** Told about once a second what the server's data NIC received since the last time, in bit/s. */
  readonly onRate?: (bitPerS: number) => void;
}

function budgetError(budget: Budget, neededS: number): Error {
  const text = `the next trial takes about ${Math.ceil(neededS)} s, which the budget of ${budget.seconds} s no longer has`;
  return hoststackError("BUDGET_SPENT", text, {
    remedy: "go on later: run --resume with the run's directory",
  });
}

/**
 * Runs the trials of a campaign that its directory does not hold yet. Every trial is on the disk before the next one
 * starts, so whatever ends it, it can be resumed. Returns the record, also when the budget ended it; throws what
 * `runSeries` throws.
 */
export async function runCampaign(request: CampaignRequest): Promise<RunRecord> {
  const { campaign, asked, budget, resumes, onEvent, ...rest } = request;
  const { name, variants, repetitions, seed, file, fromFlags, command } = campaign;
  const durations = new TrialDurations(variants, resumes?.record.trials);
  const obstacle = ({ variant }: PlannedTrial): Error | undefined => {
    if (budget === undefined) return undefined;
    const spentS = (performance.now() - budget.sinceMs) / 1000;
    const neededS = durations.expectedS(variant);
    return spentS + neededS > budget.seconds ? budgetError(budget, neededS) : undefined;
  };
  const order = trialOrder(variants, repetitions, seed);
  const left = trialsLeft(order, resumes?.record ?? { trials: [] }).map((trial) => trial.variant);
  const told = (event: SeriesEvent): SeriesEvent => {
    if (event.kind === "trial.end") {
      durations.add(event.variant, event.durationS);
      left.shift();
    }
    if (event.kind !== "trial.begin" || durations.count === 0) return event;
    return { ...event, leftS: durations.sumS(left) };
  };
  return await runSeries({
    ...rest,
    variants,
    repetitions,
    order,
    campaign: {
      name,
      testbed: { ...asked },
      ...(command === undefined ? {} : { command: [...command] }),
      ...(seed === undefined ? {} : { seed }),
      ...(file === undefined ? {} : { file }),
      ...(fromFlags === undefined ? {} : { fromFlags: [...fromFlags] }),
    },
    ...(resumes === undefined ? {} : { resumes }),
    obstacle,
    onEvent: (event) => onEvent?.(told(event)),
  });
}
