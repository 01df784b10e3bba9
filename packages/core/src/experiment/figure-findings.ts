import type { MetricSample } from "@hoststack/tools";
import type { TrialRecord } from "../result/record.js";
import type { Reason } from "../result/verdict.js";

/** A trial without a positive headline figure, or with figures that are no numbers, is no trial. */
export function figureFindings(samples: readonly MetricSample[], headline: string): Reason[] {
  const invalid = (text: string): Reason => ({ state: "invalid", rule: "figure.missing", text });
  const unreal = samples.filter((sample) => !Number.isFinite(sample.value));
  const main = samples.find((sample) => sample.metric === headline);
  return [
    ...unreal.map(({ metric, value }) => invalid(`${metric} is ${value}, which is no figure`)),
    ...(main === undefined ? [invalid(`the outputs hold no ${headline}`)] : []),
    ...(main !== undefined && main.value <= 0 ? [invalid(`${headline} is ${main.value}`)] : []),
  ];
}

/** A tool that never told its measuring window did not run as it is known to. */
export function windowFindings({ window }: Pick<TrialRecord, "window">): Reason[] {
  if (!("unavailable" in window)) return [];
  const text = `the measuring window is unknown: ${window.unavailable}`;
  return [{ state: "suspect", rule: "window.unseen", text }];
}
