import type { Interval, Reason } from "@hoststack/core";
import type { PerftestBandwidth } from "@hoststack/tools";
import { invalid, percent, suspect } from "./findings.js";
import { rateFindings } from "./perftest-rate.js";

/** What one pair reported. */
export interface PairReport {
  /** Ids of its processes. */
  readonly client: string;
  readonly server: string;
  readonly report: PerftestBandwidth;
  /** Absent when it told none. */
  readonly messagesPerS?: number;
}

/** A smaller part than this of its window shared with all others, and a rate is of another load. */
const leastOverlap = 0.8;

/**
 * Share of its window that each pair shared with all others, of the one with the least; undefined, with its name, where
 * one was not seen to measure.
 */
export function overlapRatio(
  pairs: readonly Pick<PairReport, "client">[],
  windows: ReadonlyMap<string, Interval>,
): { readonly ratio: number } | { readonly unseen: readonly string[] } {
  const unseen = pairs.map(({ client }) => client).filter((id) => !windows.has(id));
  if (unseen.length > 0) return { unseen };
  const own = pairs.flatMap(({ client }) => windows.get(client) ?? []);
  const from = Math.max(...own.map(({ fromMs }) => fromMs));
  const to = Math.min(...own.map(({ toMs }) => toMs));
  const longest = Math.max(...own.map(({ fromMs, toMs }) => toMs - fromMs));
  return { ratio: Math.max(0, to - from) / longest };
}

/** Rates of pairs that did not measure at the same time make no sum. */
export function overlapFindings(overlap: ReturnType<typeof overlapRatio>): Reason[] {
  if ("unseen" in overlap) {
    const text = `${overlap.unseen.join(", ")} never said when it measured, so the rates cannot be added up`;
    return [invalid("windows.apart", text)];
  }
  if (overlap.ratio >= leastOverlap) return [];
  const text = `all pairs measured at the same time only for ${percent(overlap.ratio)} of a window (threshold ${percent(leastOverlap)}): their rates make no sum; a longer durationS lets them overlap more`;
  return [invalid("windows.apart", text)];
}

/** What is wrong with single pairs, each named by its client. */
export function pairFindings(
  pairs: readonly PairReport[],
  measuredS: number | undefined,
): Reason[] {
  return pairs.flatMap(({ client, report, messagesPerS }): Reason[] => {
    const [row] = report.rows;
    const named = ({ text, ...rest }: Reason): Reason => ({ ...rest, text: `${client}: ${text}` });
    if (messagesPerS === undefined || row === undefined) {
      const text = `perftest gives no rate: ${row?.invalid ?? "no row"}`;
      return [invalid("perftest.no-rate", text)].map(named);
    }
    const recomputed = `recomputed from iterations and time: ${row.invalid}`;
    return [
      ...(row.invalid === undefined ? [] : [suspect("perftest.no-rate", recomputed)]),
      ...(measuredS === undefined ? [] : rateFindings(report, measuredS)),
    ].map(named);
  });
}
