import { meanInterval } from "./mean-interval.js";
import type { SummaryRow, TrialRecord, VariantRecord } from "./record.js";
import { describeValues } from "./statistics.js";

/** Statistics of every metric of every variant, over valid trials only, which count as independent. */
export function summarise(
  variants: readonly VariantRecord[],
  trials: readonly TrialRecord[],
): SummaryRow[] {
  return variants.flatMap((variant) => {
    const own = trials.filter((trial) => trial.variant === variant.id);
    const valid = own.filter((trial) => trial.verdict.state === "valid");
    const metrics = new Map(
      own.flatMap((trial) => trial.samples.map(({ metric, unit }) => [metric, unit] as const)),
    );
    return [...metrics].map(([metric, unit]) => {
      const values = valid.flatMap((trial) =>
        trial.samples.filter((sample) => sample.metric === metric).map(({ value }) => value),
      );
      const mean95 = meanInterval(values);
      return {
        variant: variant.id,
        metric,
        unit,
        trials: own.length,
        valid: values.length,
        ...describeValues(values),
        ...(mean95 === undefined ? {} : { mean95 }),
      };
    });
  });
}
