import type { MetricSample } from "@hoststack/tools";
import { type MeanInterval, meanInterval } from "../result/mean-interval.js";
import type { RunRecord, TrialRecord, VariantRecord } from "../result/record.js";
import { describeValues, type Statistics } from "../result/statistics.js";
import type { Verdict } from "../result/verdict.js";
import type { Timeline } from "./timeline.js";

/** A run as a report is made of it. */
export interface ReportedRun {
  /** Tells it from the other runs of the report, e.g. the id of its record. */
  readonly name: string;
  readonly record: RunRecord;
  /** What was seen over time in its trials, as far as it is known. @default nothing is known */
  readonly timelines?: readonly Timeline[];
}

/** What a metric measures and how, without its figures. */
export type MetricKind = Pick<MetricSample, "metric" | "unit" | "better" | "definition">;

/** One figure of one trial. */
export interface TrialFigure {
  readonly repetition: number;
  readonly value: number;
  readonly state: Verdict["state"];
}

/** A metric of a variant over its trials; only valid ones enter the statistics. */
export interface MetricFigures extends MetricKind {
  /** Of every trial that has one, valid or not. */
  readonly figures: readonly TrialFigure[];
  /** Of valid trials alone. */
  readonly valid: readonly number[];
  readonly statistics: Statistics;
  readonly interval: MeanInterval | undefined;
}

/** A variant of a run with its trials and figures. */
export interface Measurement {
  readonly run: ReportedRun;
  readonly variant: VariantRecord;
  /** Names it within a report. */
  readonly label: string;
  /** Id of its section in a report. */
  readonly anchor: string;
  readonly trials: readonly TrialRecord[];
  /** The worst of its trials; `none` when none was run. */
  readonly state: Verdict["state"] | "none";
  readonly metrics: readonly MetricFigures[];
  /** The metric its experiment puts first, when a trial reported it. */
  readonly headline: MetricFigures | undefined;
}

const kindOf = ({ metric, unit, better, definition }: MetricSample): MetricKind => ({
  ...{ metric, unit, better },
  ...(definition === undefined ? {} : { definition }),
});

/** What two metrics must share to be compared: name, unit, direction and exact definition. */
export const kindKey = ({ metric, unit, better, definition }: MetricKind): string =>
  JSON.stringify([metric, unit, better, definition ?? ""]);

function figuresOf(kind: MetricKind, trials: readonly TrialRecord[]): MetricFigures {
  const key = kindKey(kind);
  const figures = trials.flatMap(({ repetition, verdict: { state }, samples }) =>
    (samples as readonly MetricSample[])
      .filter((sample) => kindKey(sample) === key)
      .map(({ value }) => ({ repetition, value, state })),
  );
  const interval = (values: readonly number[]) => {
    const found = meanInterval(values);
    // sums of the largest numbers there are have none
    return found !== undefined && Number.isFinite(found.high - found.low) ? found : undefined;
  };
  const valid = figures.filter(({ state }) => state === "valid").map(({ value }) => value);
  return {
    ...kind,
    ...{ figures, valid },
    statistics: describeValues(valid),
    interval: interval(valid),
  };
}

function worst(trials: readonly TrialRecord[]): Measurement["state"] {
  if (trials.length === 0) return "none";
  const states = new Set(trials.map((trial) => trial.verdict.state));
  return states.has("invalid") ? "invalid" : states.has("suspect") ? "suspect" : "valid";
}

/** The variant of a run with all its figures. */
function measurementOf(run: ReportedRun, variant: VariantRecord): Omit<Measurement, "anchor"> {
  const trials = run.record.trials.filter((trial) => trial.variant === variant.id);
  const samples = trials.flatMap((trial) => trial.samples as readonly MetricSample[]);
  const kinds = new Map(samples.map((sample) => [kindKey(sample), kindOf(sample)]));
  const metrics = [...kinds.values()].map((kind) => figuresOf(kind, trials));
  return {
    ...{ run, variant, trials, metrics },
    label: variant.title,
    state: worst(trials),
    headline: metrics.find(({ metric }) => metric === variant.headline),
  };
}

/** All variants of some runs, with labels that tell them apart. */
export function measurementsOf(runs: readonly ReportedRun[]): Measurement[] {
  const all = runs.flatMap((run) =>
    run.record.variants.map((variant) => measurementOf(run, variant)),
  );
  return all.map((one, index) => {
    const twins = all.filter(({ variant }) => variant.title === one.variant.title);
    const inRun = twins.filter(({ run }) => run === one.run).length > 1;
    const marks = [
      ...(inRun && one.variant.id !== one.variant.title ? [one.variant.id] : []),
      ...(runs.length > 1 ? [one.run.name] : []),
    ];
    const label = marks.length === 0 ? one.label : `${one.label} (${marks.join(", ")})`;
    return { ...one, label, anchor: `measurement-${index + 1}` };
  });
}
