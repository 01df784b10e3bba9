/** A guest's clock, read between two moments of the controller's clock; all in seconds. */
export interface ClockSample {
  readonly sent: number;
  readonly received: number;
  readonly guest: number;
}

/** How fast a guest's clock runs. */
export interface ClockRate {
  /** Guest seconds per controller second. */
  readonly rate: number;
  /** The true rate is within this of `rate`: a bound, not a deviation. */
  readonly uncertainty: number;
  /** Guest clock minus controller clock at the last sample used. */
  readonly offset: number;
}

function best(samples: readonly ClockSample[]): ClockSample | undefined {
  return samples.toSorted((a, b) => a.received - a.sent - (b.received - b.sent))[0];
}

/**
 * Estimates a clock's rate. As in NTP's clock filter (RFC 5905, section 10), the reading with the
 * shortest round trip is the surest: one is taken of the first third of the time and one of the last.
 * A reading was made somewhere within its round trip, which bounds the error.
 */
export function clockRate(samples: readonly ClockSample[]): ClockRate | undefined {
  const [begin, end] = [samples.at(0)?.sent, samples.at(-1)?.received];
  if (begin === undefined || end === undefined) return undefined;
  const third = (end - begin) / 3;
  const first = best(samples.filter((sample) => sample.received <= begin + third));
  const last = best(samples.filter((sample) => sample.sent >= end - third));
  if (first === undefined || last === undefined) return undefined;
  const middle = ({ sent, received }: ClockSample) => (sent + received) / 2;
  const half = ({ sent, received }: ClockSample) => (received - sent) / 2;
  const elapsed = middle(last) - middle(first);
  return {
    rate: (last.guest - first.guest) / elapsed,
    uncertainty: (half(first) + half(last)) / elapsed,
    offset: last.guest - middle(last),
  };
}

/** Most by which a guest's clock may run faster or slower than real time. */
export const rateTolerance = 0.01;

/** What a measured rate means; `unclear` asks for a longer measurement. */
export function judgeClock(measured: ClockRate): "steady" | "unsteady" | "unclear" {
  const { rate, uncertainty } = measured;
  const deviation = Math.abs(rate - 1);
  if (deviation + uncertainty <= rateTolerance) return "steady";
  return deviation - uncertainty > rateTolerance ? "unsteady" : "unclear";
}
