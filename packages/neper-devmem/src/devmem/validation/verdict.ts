import type { MetricSample } from "@hoststack/tools";
import type { FlowSetOptions } from "../flow-sets/options.js";
import type { ValidationLog } from "./log.js";

/** What is known of the payload of a run. */
export type ValidationVerdict =
  /** All whole buffers that arrived were as they were sent. */
  | { readonly kind: "ok"; readonly text: "ok" }
  | { readonly kind: "mismatch"; readonly text: string; readonly log: ValidationLog }
  | { readonly kind: "unchecked"; readonly text: string };

/** What a receiver did. */
export interface ReceivedRun {
  readonly options: Pick<FlowSetOptions, "bufferSizeBytes" | "flows" | "mode" | "validate">;
  /** It ended as planned and told a result. */
  readonly completed: boolean;
  /** Its own figure. */
  readonly bitsPerS: number;
  readonly seconds: number;
  /** What its log said, where there is one. */
  readonly log: ValidationLog | undefined;
}

const unchecked = (text: string): ValidationVerdict => ({ kind: "unchecked", text });

/**
 * Judges payload by what the receiver logged. tcpd says only what is wrong, so `ok` also needs that its log was seen, that
 * it ended as planned, and that a buffer was filled: only whole ones are checked. Pure.
 */
export function validationVerdict(run: ReceivedRun): ValidationVerdict {
  const { options, completed, bitsPerS, seconds, log } = run;
  if (!options.validate) return unchecked("not checked: validation was not asked for");
  if (options.mode !== "cuda") return unchecked("not checked in this mode");
  if (log?.first !== undefined) {
    const { thread, byte, expected, actual } = log.first;
    const more = log.mismatches === 1 ? "" : `, and in ${log.mismatches - 1} buffers more`;
    const text = `mismatch at byte ${byte} of a buffer of thread ${thread}: ${actual} instead of ${expected}${more}`;
    return { kind: "mismatch", text, log };
  }
  if (log === undefined) return unchecked("not checked: there is no log of the receiver");
  if (!completed) return unchecked("not checked: the receiver did not end as planned");
  // Each flow fills its own buffer, and with fewer bytes than one for each some flow may have filled none.
  const buffers = (bitsPerS * seconds) / 8 / options.bufferSizeBytes;
  if (buffers < options.flows) {
    return unchecked("not checked: fewer bytes arrived than a buffer for each flow");
  }
  return { kind: "ok", text: "ok" };
}

/**
 * What a run is worth as a figure: its goodput, or nothing where payload was validated, as checking takes most of the
 * time.
 */
export function devmemSamples({
  validated,
  bitsPerS,
}: {
  readonly validated: boolean;
  readonly bitsPerS: number;
}): readonly MetricSample[] {
  if (validated) return [];
  return [{ metric: "goodput", value: bitsPerS, unit: "bit/s", better: "higher" }];
}
