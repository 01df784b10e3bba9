import type { MeanInterval } from "../../result/mean-interval.js";
import { welchDifference } from "../../result/welch.js";
import type { Unit } from "../figures.js";
import { kindKey, type MetricFigures } from "../measurements.js";

/** What is known of a metric on one side: its valid trials. */
interface Side {
  readonly n: number;
  readonly mean?: number;
  /** Sample standard deviation, from 2 valid trials on. */
  readonly sd?: number;
}

/** What came of comparing a metric. */
type ComparisonVerdict = "better" | "worse" | "no difference" | "not comparable";

/** A metric of two measurements that are like each other. */
export interface MetricComparison {
  readonly metric: string;
  readonly unit?: Unit;
  readonly better?: "higher" | "lower";
  readonly definition?: string;
  readonly a: Side;
  readonly b: Side;
  /** Mean of B minus mean of A, in the unit of the metric, with its 95 % interval (Welch). */
  readonly difference?: MeanInterval & { readonly mean: number };
  /** The same as a share of the mean of A; not there when that is 0. */
  readonly change?: MeanInterval & { readonly mean: number };
  /** Mean of B over mean of A. */
  readonly ratio?: number;
  readonly verdict: ComparisonVerdict;
  /** Why there is no verdict. */
  readonly why?: string;
}

const noSide: Side = { n: 0 };

function sideOf({ valid, statistics: { mean, sd } }: MetricFigures): Side {
  return {
    n: valid.length,
    ...(mean === undefined ? {} : { mean }),
    ...(sd === undefined ? {} : { sd }),
  };
}

const kindOf = ({ metric, unit, better, definition }: MetricFigures) => ({
  ...{ metric, unit, better },
  ...(definition === undefined ? {} : { definition }),
});

function verdictOfDifference({ low, high }: MeanInterval, better: "higher" | "lower") {
  if (low <= 0 && high >= 0) return "no difference" as const;
  return low > 0 === (better === "higher") ? ("better" as const) : ("worse" as const);
}

function compareLike(one: MetricFigures, other: MetricFigures): MetricComparison {
  const [a, b] = [sideOf(one), sideOf(other)];
  const sides = { ...kindOf(one), a, b };
  if (a.mean === undefined || a.sd === undefined || b.mean === undefined || b.sd === undefined) {
    const why = `an interval needs 2 valid trials on each side; A has ${a.n}, B has ${b.n}`;
    return { ...sides, verdict: "not comparable", why };
  }
  const spreadA = { mean: a.mean, sd: a.sd, n: a.n };
  const {
    difference: mean,
    low,
    high,
  } = welchDifference(spreadA, { mean: b.mean, sd: b.sd, n: b.n });
  const size = Math.abs(a.mean);
  const change = { mean: mean / size, low: low / size, high: high / size };
  return {
    ...sides,
    difference: { mean, low, high },
    ...(size === 0 ? {} : { change, ratio: b.mean / a.mean }),
    verdict: verdictOfDifference({ low, high }, one.better),
  };
}

/** What of two metrics of one name is not the same. */
function kindObstacle(a: MetricFigures, b: MetricFigures): string {
  const names = (["unit", "better", "definition"] as const).filter((name) => a[name] !== b[name]);
  const parts = names.map(
    (name) => `${name} "${a[name] ?? "not set"}" / "${b[name] ?? "not set"}"`,
  );
  return `the metric is not the same: ${parts.join(", ")}`;
}

/** Compares the metrics of one name, of which each side should have one. */
export function compareMetric(
  metric: string,
  ofA: readonly MetricFigures[],
  ofB: readonly MetricFigures[],
): MetricComparison {
  const [a, b] = [ofA[0], ofB[0]];
  const none = (why: string): MetricComparison => ({
    metric,
    a: a === undefined ? noSide : sideOf(a),
    b: b === undefined ? noSide : sideOf(b),
    verdict: "not comparable",
    why,
  });
  if (ofA.length > 1 || ofB.length > 1)
    return none("trials of one side mean different things by it");
  if (a === undefined || b === undefined) {
    return none(a === undefined ? "no trial of A has it" : "no trial of B has it");
  }
  return kindKey(a) === kindKey(b) ? compareLike(a, b) : none(kindObstacle(a, b));
}
