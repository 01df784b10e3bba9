import type { AnyExperiment } from "./experiment.js";

/** One variant as it is run: an experiment with checked options. */
export interface Variant {
  /** Unique in a run; names its raw outputs. */
  readonly id: string;
  readonly experiment: AnyExperiment;
  /** Options that passed the experiment's schema. */
  readonly options: Readonly<Record<string, unknown>>;
}
