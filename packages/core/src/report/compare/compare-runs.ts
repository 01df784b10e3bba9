import { conditionsOf } from "../conditions.js";
import { type Measurement, measurementsOf, type ReportedRun } from "../measurements.js";
import { optionsThatDiffer } from "../option-differences.js";
import { compareMetric, type MetricComparison } from "./compare-metrics.js";
import { type Pair, pairVariants } from "./pair-variants.js";

/** A metric of a measurement of both runs. */
export interface ComparedMetric extends MetricComparison {
  /** Title of the measurement, with its id where titles are the same. */
  readonly measurement: string;
  readonly experiment: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether it decides the exit status. */
  readonly gate: boolean;
  /** A gate that is worse by more than the threshold. */
  readonly regression: boolean;
}

/** A trial that is in no mean, and why. */
interface LeftOutTrial {
  readonly run: "A" | "B";
  readonly measurement: string;
  readonly repetition: number;
  readonly state: "suspect" | "invalid";
  /** Names of the rules that made it so, each once. */
  readonly rules: readonly string[];
}

/** Two runs beside each other. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** A regression is worse by more than this share of the mean of A. */
  readonly threshold: number;
  readonly metrics: readonly ComparedMetric[];
  /** Trials of both runs that are not valid. */
  readonly leftOut: readonly LeftOutTrial[];
  /** What the records say of machines, testbeds and versions that is not the same. */
  readonly differs: readonly { readonly item: string; readonly a: string; readonly b: string }[];
  /** `partial`: no regression, but a gate could not be compared. */
  readonly outcome: "regression" | "partial" | "passed";
}

/** How to judge a comparison. */
export interface CompareOptions {
  /** Share of the mean of A that a metric may be worse by. */
  readonly threshold: number;
  /** Metrics that decide the outcome. @default the headline metric of each measurement */
  readonly gates?: readonly string[];
}

const named = ({ metrics }: Measurement, name: string) =>
  metrics.filter(({ metric }) => metric === name);

function metricsOfPair({ a, b, obstacle }: Pair): MetricComparison[] {
  const one = a ?? b;
  if (one === undefined) return [];
  if (a === undefined || b === undefined || obstacle !== undefined) {
    const sides = { a: { n: 0 }, b: { n: 0 } };
    const why = obstacle ?? "";
    return [{ metric: one.variant.headline, ...sides, verdict: "not comparable", why }];
  }
  const names = new Set([a, b].flatMap(({ metrics }) => metrics.map(({ metric }) => metric)));
  // also when no trial of either side has its figure
  names.add(a.variant.headline);
  return [...names].map((name) => compareMetric(name, named(a, name), named(b, name)));
}

function comparedMetrics(pair: Pair, { threshold, gates }: CompareOptions): ComparedMetric[] {
  const one = pair.a ?? pair.b;
  if (one === undefined) return [];
  const { experiment, options, headline } = one.variant;
  return metricsOfPair(pair).map((compared) => {
    const { metric, verdict, change } = compared;
    const gate = gates === undefined ? metric === headline : gates.includes(metric);
    // where A is 0 every worsening is more than any share of it
    const far = change === undefined || Math.abs(change.mean) > threshold;
    const regression = gate && verdict === "worse" && far;
    return { measurement: one.label, experiment, options, ...compared, gate, regression };
  });
}

function outcomeOf(metrics: readonly ComparedMetric[]): Comparison["outcome"] {
  if (metrics.some(({ regression }) => regression)) return "regression";
  const gates = metrics.filter(({ gate }) => gate);
  const open = gates.length === 0 || gates.some(({ verdict }) => verdict === "not comparable");
  return open ? "partial" : "passed";
}

const leftOutOf = (run: "A" | "B", measurements: readonly Measurement[]): LeftOutTrial[] =>
  measurements.flatMap(({ label, trials }) =>
    trials.flatMap(({ repetition, verdict: { state, reasons } }): LeftOutTrial[] => {
      if (state === "valid") return [];
      const rules = [...new Set(reasons.map(({ rule }) => rule))];
      return [{ run, measurement: label, repetition, state, rules }];
    }),
  );

/**
 * Compares a run with a baseline, metric by metric: only what is of the same system, experiment, options and
 * evidence level, and of the same unit, direction and definition. Means are of valid trials alone.
 */
export function compareRuns(a: ReportedRun, b: ReportedRun, options: CompareOptions): Comparison {
  const [measuredA, measuredB] = [measurementsOf([a]), measurementsOf([b])];
  const pairs = pairVariants(measuredA, measuredB);
  const metrics = pairs.flatMap((pair) => comparedMetrics(pair, options));
  const [ofA, ofB] = [conditionsOf(a), conditionsOf(b)];
  const differs = optionsThatDiffer([ofA, ofB]).map((item) => ({
    item,
    a: ofA[item] ?? "not there",
    b: ofB[item] ?? "not there",
  }));
  const { threshold } = options;
  const leftOut = [...leftOutOf("A", measuredA), ...leftOutOf("B", measuredB)];
  const outcome = outcomeOf(metrics);
  return { a: a.name, b: b.name, threshold, metrics, leftOut, differs, outcome };
}
