import type { ClockReading } from "../result/record.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** /proc/uptime is printed in hundredths of a second. */
const uptimeResolutionS = 0.01;

interface OffsetEstimate {
  readonly offsetS: number;
  readonly errorS: number;
  readonly atMs: number;
}

/** One exchange bounds the offset: the host read its clock between question and answer. */
function offsetOf(timed: TimedSnapshot): OffsetEstimate {
  const middleMs = (timed.askedMs + timed.answeredMs) / 2;
  return {
    // uptime is cut off after two digits, so on average half a hundredth is missing
    offsetS: timed.snapshot.uptimeS + uptimeResolutionS / 2 - middleMs / 1000,
    errorS: (timed.answeredMs - timed.askedMs) / 2000 + uptimeResolutionS / 2,
    atMs: middleMs,
  };
}

const best = (estimates: readonly OffsetEstimate[]): OffsetEstimate | undefined =>
  estimates.reduce<OffsetEstimate | undefined>(
    (least, next) => (least === undefined || next.errorS < least.errorS ? next : least),
    undefined,
  );

/**
 * Relates a host's clock to the controller's from a series of snapshots, by the exchanges with the
 * shortest round trip: one of all for the offset, one of each half for the rate.
 * Gives undefined when there are fewer than two snapshots.
 */
export function readClock(
  host: string,
  snapshots: readonly TimedSnapshot[],
): ClockReading | undefined {
  const estimates = snapshots.map(offsetOf);
  const half = Math.floor(estimates.length / 2);
  const [overall, early, late] = [
    best(estimates),
    best(estimates.slice(0, half)),
    best(estimates.slice(half)),
  ];
  if (overall === undefined || early === undefined || late === undefined) return undefined;
  const elapsedS = (late.atMs - early.atMs) / 1000;
  if (elapsedS <= 0) return undefined;
  return {
    host,
    offsetS: overall.offsetS,
    offsetErrorS: overall.errorS,
    rateError: (late.offsetS - early.offsetS) / elapsedS,
    rateErrorBound: (late.errorS + early.errorS) / elapsedS,
  };
}
