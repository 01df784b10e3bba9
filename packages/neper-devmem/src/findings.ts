import { type CheckContext, grown, type Interval, type Reason } from "@hoststack/core";

/** A finding that makes the trial unusable. */
export const invalid = (rule: string, text: string): Reason => ({ state: "invalid", rule, text });

/** A finding that keeps the trial out of statistics. */
export const suspect = (rule: string, text: string): Reason => ({ state: "suspect", rule, text });

/** A smaller part than this of its window shared with all others, and a rate is of another load. */
const leastOverlap = 0.8;

/** Rates of links that did not measure at the same time make no sum. */
export function overlapFindings(
  clients: readonly string[],
  windows: ReadonlyMap<string, Interval>,
): Reason[] {
  const own = clients.flatMap((id) => windows.get(id) ?? []);
  if (own.length < clients.length) {
    const unseen = clients.filter((id) => !windows.has(id)).join(", ");
    return [invalid("windows.apart", `${unseen} never said when it measured`)];
  }
  const fromMs = Math.max(...own.map((window) => window.fromMs));
  const toMs = Math.min(...own.map((window) => window.toMs));
  const longest = Math.max(...own.map((window) => window.toMs - window.fromMs));
  const ratio = Math.max(0, toMs - fromMs) / longest;
  if (ratio >= leastOverlap) return [];
  const text = `all links measured at the same time only for ${(100 * ratio).toFixed(0)} % of a window (threshold ${100 * leastOverlap} %): their rates make no sum; a longer durationS lets them overlap more`;
  return [invalid("windows.apart", text)];
}

/** Headers only add to a payload: a data NIC that received less did not carry all of it. */
export function payloadFindings(
  { counters }: Pick<CheckContext<unknown, unknown>, "counters">,
  { host, nic }: { readonly host: string; readonly nic: string },
  bytes: number,
): Reason[] {
  const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
  if (crossed >= bytes) return [];
  const text = `${nic} of ${host} received ${crossed} bytes, but ${Math.round(bytes)} bytes of payload are reported`;
  return [invalid("flow.missing", text)];
}
