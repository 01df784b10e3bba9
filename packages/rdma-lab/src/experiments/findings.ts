import { type CheckContext, grown, type Reason } from "@hoststack/core";

/** What findings on counters look at. */
export type CounterView = Pick<CheckContext<unknown, unknown>, "counters" | "client" | "server">;

/** A finding that makes the trial unusable. */
export const invalid = (rule: string, text: string): Reason => ({ state: "invalid", rule, text });

/** A finding that keeps the trial out of statistics. */
export const suspect = (rule: string, text: string): Reason => ({ state: "suspect", rule, text });

/** A share as text, e.g. `12.5 %`. */
export const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

/**
 * Lines that good runs print too: a bandwidth test for a duration never measures its peak; library
 * and program name what a device or an absent driver of another device does not have.
 */
const harmless =
  /BW peak won't be measured|Blueflame is not supported|libibverbs: Warning: couldn't (?:load|open) driver/;

/** What a tool complained about although it reached a result. */
export function complaintFindings(words: readonly string[]): Reason[] {
  const kept = [...new Set(words)].filter((line) => !harmless.test(line));
  if (kept.length === 0) return [];
  return [suspect("tool.complained", `the tool complained: ${kept.slice(0, 4).join(" | ")}`)];
}

/** Headers only add to a payload: a data NIC that received less did not carry all of it. */
export function payloadFindings(
  { counters, server: { host, nic } }: CounterView,
  payloadBytes: number,
): Reason[] {
  const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
  if (crossed >= payloadBytes) return [];
  const text = `${nic} of ${host} received ${crossed} bytes, but ${payloadBytes} bytes of payload are reported`;
  return [invalid("flow.missing", text)];
}
