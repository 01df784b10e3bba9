import type { MetricSample } from "@hoststack/tools";
import type { RunRecord, TrialRecord } from "../result/record.js";

/** Which of the planned trials an event is about. */
interface TrialOf {
  /** Place in the order of all trials, from 1. */
  readonly index: number;
  readonly of: number;
  readonly variant: string;
  readonly repetition: number;
}

/** What happens while a series of trials goes on, as data. */
export type SeriesEvent =
  | {
      readonly kind: "run.begin";
      /** Absolute path of the run directory. */
      readonly directory: string;
      readonly trials: number;
      /** Trials that earlier sessions have recorded. */
      readonly recorded: number;
      /** What is not as in the first session; empty when nothing is or this is the first. */
      readonly differs: readonly string[];
    }
  | (TrialOf & {
      readonly kind: "trial.begin";
      readonly title: string;
      /** Name of the host; of several their names with commas. */
      readonly client: string;
      readonly server: string;
      /** How long this trial and the rest take, in seconds; an estimate from trials that are finished. */
      readonly leftS?: number;
    })
  | (TrialOf & {
      readonly kind: "trial.phase";
      readonly phase: "measuring" | "concluding";
    })
  | (TrialOf & {
      readonly kind: "trial.end";
      readonly title: string;
      readonly verdict: TrialRecord["verdict"]["state"];
      /** Names of the rules that made it suspect or invalid, each once. */
      readonly rules: readonly string[];
      readonly durationS: number;
      /** The headline figure; absent when the trial gave none. */
      readonly figure?: Pick<MetricSample, "metric" | "value" | "unit">;
    })
  | {
      readonly kind: "run.end";
      readonly state: RunRecord["state"];
      readonly recorded: number;
      readonly notRun: number;
      /** Why it ended before its last trial. */
      readonly error?: { readonly code: string; readonly message: string };
    };
