import { clockRate } from "../facts/clock-rate.js";
import type { ClockReading } from "../result/record.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** /proc/uptime is printed in hundredths of a second, cut off. */
const uptimeResolutionS = 0.01;

/** Relates a host's clock to the controller's from snapshots; undefined when they are too few. */
export function readClock(
  host: string,
  snapshots: readonly TimedSnapshot[],
): ClockReading | undefined {
  const samples = snapshots.map(({ snapshot, askedMs, answeredMs }) => ({
    sent: askedMs / 1000,
    received: answeredMs / 1000,
    host: snapshot.uptimeS,
  }));
  const clock = clockRate(samples, uptimeResolutionS);
  if (clock === undefined) return undefined;
  return {
    host,
    offsetS: clock.offset,
    offsetErrorS: clock.offsetUncertainty,
    rateError: clock.rate - 1,
    rateErrorBound: clock.uncertainty,
  };
}
