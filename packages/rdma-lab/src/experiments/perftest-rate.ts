import type { Reason } from "@hoststack/core";
import type { PerftestBandwidth, PerftestBandwidthRow } from "@hoststack/tools";
import { percent, suspect } from "./findings.js";

/** Above this size perftest asks for a completion of every message, else of every hundredth. */
const moderatedBytes = 8192;

/** In steps of how many messages perftest counts; its own word, else what it does by default. */
function stepOf({ setup }: PerftestBandwidth, { messageBytes }: PerftestBandwidthRow): number {
  return setup.cqModeration ?? (messageBytes > moderatedBytes ? 1 : 100);
}

/**
 * perftest's rate must be what its count and its measuring time make. It is not when its clock is
 * wrong or both ends measured for different times.
 */
export function rateFindings(report: PerftestBandwidth, measuredS: number): Reason[] {
  const [row] = report.rows;
  if (row === undefined || row.iterations === 0) return [];
  const step = stepOf(report, row);
  const coarse = step / row.iterations;
  const tooFew =
    coarse > 0.05
      ? [
          suspect(
            "perftest.too-few",
            `${row.iterations} messages counted in steps of ${step}: the rate is known to ${percent(coarse)} (threshold 5 %); a longer durationS counts more`,
          ),
        ]
      : [];
  if (row.messagesPerS === undefined || row.invalid !== undefined) return tooFew;
  const counted = row.iterations / measuredS;
  const tolerance = Math.max(0.1, 2 * coarse) + (row.relativeError ?? 0);
  if (Math.abs(row.messagesPerS / counted - 1) <= tolerance) return tooFew;
  const text = `perftest says ${row.messagesPerS} messages/s, but ${row.iterations} in ${measuredS} s are ${counted.toFixed(1)} (tolerance ${percent(tolerance)})`;
  return [...tooFew, suspect("perftest.rate-mismatch", text)];
}
