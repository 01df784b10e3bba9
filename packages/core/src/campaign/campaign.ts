import type { AnyExperiment } from "../experiment/experiment.js";
import type { Variant } from "../experiment/variant.js";

/** Variants of experiments, each to be measured several times: what a run runs. */
export interface Campaign {
  /** Experiment, suite or campaign file it is of; names the run directory. */
  readonly name: string;
  readonly variants: readonly Variant[];
  readonly repetitions: number;
  /** Draws the order within each repetition. @default as listed */
  readonly seed?: number;
  /** The command line it was asked for with, for the record. @default a program asked for it */
  readonly command?: readonly string[];
  /** Absolute path of the file it was read from. */
  readonly file?: string;
  /** What of the file the command line overrides. @default nothing */
  readonly fromFlags?: readonly ("repeat" | "seed")[];
}

/** Experiments by their names, as a system has them. */
export type Experiments = Readonly<Record<string, AnyExperiment>>;
