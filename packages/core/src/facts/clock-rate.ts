/** A host's clock, read between two moments of the controller's clock; all in seconds. */
export interface ClockSample {
  readonly sent: number;
  readonly received: number;
  readonly host: number;
}

/** How a host's clock relates to the controller's. */
export interface ClockRate {
  /** Host seconds per controller second. */
  readonly rate: number;
  /** The true rate is within this of `rate`: a bound, not a deviation. */
  readonly uncertainty: number;
  /** Host clock minus controller clock in s, at `offsetAt`. */
  readonly offset: number;
  /** The true offset is within this of `offset`, and of what `rate` makes of it earlier. */
  readonly offsetUncertainty: number;
  /** Controller's clock in s at the last sample used. */
  readonly offsetAt: number;
}

function best(samples: readonly ClockSample[]): ClockSample | undefined {
  return samples.toSorted((a, b) => a.received - a.sent - (b.received - b.sent))[0];
}

/**
 * Estimates a clock's rate. As in NTP's clock filter (RFC 5905, section 10), the reading with the
 * shortest round trip is the surest: one is taken of the first third of the time and one of the last.
 * A reading was made somewhere within its round trip, which bounds the error. Undefined when the
 * samples span no time.
 */
export function clockRate(samples: readonly ClockSample[]): ClockRate | undefined {
  const [begin, end] = [samples.at(0)?.sent, samples.at(-1)?.received];
  if (begin === undefined || end === undefined) return undefined;
  const third = (end - begin) / 3;
  const first = best(samples.filter((sample) => sample.received <= begin + third));
  const last = best(samples.filter((sample) => sample.sent >= end - third));
  if (first === undefined || last === undefined) return undefined;
  const middle = ({ sent, received }: ClockSample) => (sent + received) / 2;
  const error = ({ sent, received }: ClockSample) => (received - sent) / 2;
  const elapsed = middle(last) - middle(first);
  if (elapsed <= 0) return undefined;
  return {
    rate: (last.host - first.host) / elapsed,
    uncertainty: (error(first) + error(last)) / elapsed,
    offset: last.host - middle(last),
    offsetUncertainty: Math.max(error(first), error(last)),
    offsetAt: middle(last),
  };
}

/** Most by which a host's clock may run faster or slower than the controller's: 1 %. */
export const rateTolerance = 0.01;

/** What a measured rate means; `unclear` asks for a longer measurement. */
export function judgeClock({
  rate,
  uncertainty,
}: Pick<ClockRate, "rate" | "uncertainty">): "steady" | "unsteady" | "unclear" {
  const deviation = Math.abs(rate - 1);
  if (deviation + uncertainty <= rateTolerance) return "steady";
  return deviation - uncertainty > rateTolerance ? "unsteady" : "unclear";
}
