import type { CampaignRecord, TrialRecord, VariantRecord } from "../result/record.js";
import type { ReopenedRun } from "../result/run-directory.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import type { SeriesEvent } from "./series-event.js";
import type { Variant } from "./variant.js";

/** One trial that is to be run. */
export interface PlannedTrial {
  readonly variant: Variant;
  /** From 1. */
  readonly repetition: number;
}

/** A series of trials to run. */
export interface SeriesRequest {
  readonly system: { readonly name: string; readonly version: string };
  readonly variants: readonly Variant[];
  /** Repetitions of each variant. */
  readonly repetitions: number;
  /** All trials in the order in which they run. @default all variants once, then again */
  readonly order?: readonly PlannedTrial[];
  readonly testbed: Testbed;
  /** Run directory; made once everything needed is known to be there. */
  readonly directory: string;
  /** The directory's own run, claimed, to go on with: its trials are not run again. */
  readonly resumes?: ReopenedRun;
  /** What a resumption has to know, for the record. */
  readonly campaign?: CampaignRecord;
  readonly signal: AbortSignal;
  /**
   * Values shown as `***` in the record, in thrown errors and in the transcript of commands, which also masks
   * variables named like secrets. Outputs of tools are kept as they are.
   */
  readonly secrets?: readonly string[];
  readonly progress?: Progress;
  /** Told after each trial. */
  readonly onTrial?: (trial: TrialRecord, variant: VariantRecord) => void;
  readonly onEvent?: (event: SeriesEvent) => void;
  /** Told about once a second what the servers' data NICs received since the last time, in bit/s; never for RDMA. */
  readonly onRate?: (bitPerS: number) => void;
  /** Asked before each trial; an error ends the run there, and its record says why. */
  readonly obstacle?: (trial: PlannedTrial) => Error | undefined;
}
