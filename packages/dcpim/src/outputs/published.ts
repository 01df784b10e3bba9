import type { ServerLog } from "./server-log.js";

/**
 * Gbit/s of one server as upstream's `parse_thpt.py` has it: the mean of the rounded figures from the first
 * connection to the first end, with the interval in which the connection was made. Undefined where its script
 * divides by zero.
 */
export function publishedServerGbps({ intervals }: ServerLog): number | undefined {
  const counted = intervals.filter(({ phase }) => phase === "first" || phase === "full");
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, { reportedGbps }) => sum + reportedGbps, 0) / counted.length;
}

/**
 * The number upstream's `dump_all_iperf.py` prints as Gbit/s: the seventh word of the last line with `sec` in it,
 * whatever its unit. Undefined where the script fails.
 */
export function publishedIperf3Number(text: string): number | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.includes("sec"));
  const word = lines.at(-1)?.trim().split(/\s+/)[6];
  const value = Number(word);
  return word === undefined || !Number.isFinite(value) ? undefined : value;
}
