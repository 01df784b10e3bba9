import { type ClockSample, clockRate, rateTolerance } from "../facts/clock-rate.js";
import type { ClockReading } from "../result/record.js";

/** /proc/uptime is printed in hundredths of a second, cut off. */
export const uptimeStepS = 0.01;

/** A question for a host's clock and its answer. */
export interface Exchange {
  /** Controller's monotonic clock when it was asked for. */
  readonly askedMs: number;
  /** Controller's monotonic clock when the answer arrived. */
  readonly answeredMs: number;
  /** Host's clock in between, cut to `uptimeStepS`. */
  readonly uptimeS: number;
}

/** A host's clock against the controller's. */
export interface HostClock {
  readonly reading: ClockReading;
  /** The host's uptime in s at a moment of the controller's monotonic clock. */
  uptimeAt(controllerMs: number): number;
}

/**
 * Makes one fine reading of many coarse ones made right after one another. Each exchange says that the
 * host's clock minus the controller's is at least `uptimeS - answered` and less than `uptimeS + step -
 * asked`; as they fall anywhere within the step of the host's clock, they agree on little more than a
 * round trip. A clock that is off by the tolerance may drift that much from the middle of the readings.
 * When they do not agree at all, the surest one stands for itself.
 */
export function narrowed(burst: readonly Exchange[]): ClockSample | undefined {
  const [first, last] = [burst[0], burst.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const moment = (first.askedMs + last.answeredMs) / 2000;
  let [least, most] = [-Infinity, Infinity];
  for (const { askedMs, answeredMs, uptimeS } of burst) {
    const away = Math.abs((askedMs + answeredMs) / 2000 - moment);
    least = Math.max(least, uptimeS - answeredMs / 1000 - rateTolerance * away);
    most = Math.min(most, uptimeS + uptimeStepS - askedMs / 1000 + rateTolerance * away);
  }
  if (most < least) {
    const roundTrip = (one: Exchange) => one.answeredMs - one.askedMs;
    return narrowed(burst.toSorted((a, b) => roundTrip(a) - roundTrip(b)).slice(0, 1));
  }
  const half = (most - least) / 2;
  return { sent: moment - half, received: moment + half, host: moment + least + half };
}

/** Relates a host's clock to the controller's; undefined when the exchanges are too few. */
export function readClock(
  host: string,
  bursts: readonly (readonly Exchange[])[],
): HostClock | undefined {
  const samples = bursts.flatMap((burst) => narrowed(burst) ?? []);
  const clock = clockRate(samples.sort((a, b) => a.sent - b.sent));
  if (clock === undefined) return undefined;
  const { offset, offsetAt } = clock;
  return {
    reading: {
      host,
      offsetS: offset,
      offsetErrorS: clock.offsetUncertainty,
      rateError: clock.rate - 1,
      rateErrorBound: clock.uncertainty,
    },
    uptimeAt: (controllerMs) => offset + offsetAt + (controllerMs / 1000 - offsetAt) * clock.rate,
  };
}
