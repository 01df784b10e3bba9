import { hoststackError } from "@hoststack/core";
import { z } from "zod";

const wholeNumber = (least: number, most: number) => z.int().min(least).max(most);

const schema = z.strictObject({
  matchingCpu: wholeNumber(0, 8191),
  portRange: wholeNumber(1, 1024),
  bandwidthGbps: wholeNumber(1, 800),
  controlRttUs: wholeNumber(1, 100_000),
  rttUs: wholeNumber(1, 100_000),
  betaTenths: wholeNumber(10, 100),
  rounds: wholeNumber(1, 64),
  channels: wholeNumber(1, 64),
  handshakeRetryUs: wholeNumber(1, 10_000_000),
  handshakeTries: wholeNumber(1, 1000),
});

/** Numbers that are compiled into the module. */
export interface ModuleKnobs {
  /** CPU of the matching work; has to exist, else loading the module is an oops. */
  readonly matchingCpu: number;
  /** Matching packets use the ports from 0 to one less than this. */
  readonly portRange: number;
  /** Rate the receiver hands out, in Gbit/s: that of the link, or a little less. */
  readonly bandwidthGbps: number;
  /** Round-trip time of control packets in microseconds; rounds are this long, times beta. */
  readonly controlRttUs: number;
  /** Round-trip time of data in microseconds. */
  readonly rttUs: number;
  /** Slack of a round in tenths: 13 makes it 1.3 control round-trip times long. */
  readonly betaTenths: number;
  /** Rounds of matching in an epoch. */
  readonly rounds: number;
  /** Peers a host is matched with at the same time. */
  readonly channels: number;
  /** Time between two tries to connect, in microseconds. */
  readonly handshakeRetryUs: number;
  /** Tries to connect; past the last the socket is closed. */
  readonly handshakeTries: number;
}

/** What upstream has compiled in: four-socket servers with 64 CPUs at 100 Gbit/s. */
export const publishedKnobs: ModuleKnobs = {
  matchingCpu: 60,
  portRange: 15,
  bandwidthGbps: 98,
  controlRttUs: 20,
  rttUs: 60,
  betaTenths: 13,
  rounds: 4,
  channels: 4,
  ...{ handshakeRetryUs: 1000, handshakeTries: 10 },
};

/** What upstream's CloudLab scripts make of it, for servers with 144 CPUs. */
export const cloudLabKnobs: ModuleKnobs = {
  ...publishedKnobs,
  ...{ matchingCpu: 143, portRange: 16, bandwidthGbps: 100, controlRttUs: 30 },
};

/**
 * What guests without KVM can keep up with: with the published times each pair of connected hosts exchanges some
 * 150 000 control packets per second, and has given up connecting after 10 ms.
 */
export const emulatedGuestKnobs: ModuleKnobs = {
  ...publishedKnobs,
  ...{ matchingCpu: 1, bandwidthGbps: 1, controlRttUs: 2000, rttUs: 6000 },
  ...{ handshakeRetryUs: 100_000, handshakeTries: 100 },
};

/** The same for some number of guests that share a computer's CPUs: past a pair, what idle ones exchange would stall flows. */
export const emulatedKnobs = (hosts: number): ModuleKnobs =>
  hosts <= 2 ? emulatedGuestKnobs : { ...emulatedGuestKnobs, controlRttUs: 10_000, rttUs: 20_000 };

/** What follows from knobs, by the module's own arithmetic. */
export interface DerivedKnobs {
  readonly roundNs: number;
  readonly epochNs: number;
  /** Bandwidth-delay product of data. */
  readonly bdpBytes: number;
  /** Share of one channel of an epoch. */
  readonly bytesPerChannelAndEpoch: number;
  /** Larger messages are refused with ENOBUFS. */
  readonly largestMessageBytes: number;
  /** Control packets each pair of connected hosts exchanges per second, also when idle. */
  readonly idleRequestsPerS: number;
}

/** The module's arithmetic is that of integers, which is why the order of the operations matters. */
export function derivedKnobs(knobs: ModuleKnobs): DerivedKnobs {
  const { betaTenths, controlRttUs, rounds, channels, bandwidthGbps, rttUs } = knobs;
  const roundNs = Math.trunc((betaTenths * controlRttUs * 1000) / 10);
  const epochNs = rounds * roundNs;
  const bdpBytes = Math.trunc((rttUs * bandwidthGbps) / 8) * 1000;
  const bytesPerChannelAndEpoch = Math.trunc(Math.trunc((epochNs * bandwidthGbps) / 8) / channels);
  return {
    roundNs,
    epochNs,
    bdpBytes,
    bytesPerChannelAndEpoch,
    largestMessageBytes: Math.min(bdpBytes, bytesPerChannelAndEpoch),
    idleRequestsPerS: Math.round((channels * 1e9) / roundNs),
  };
}

/** The module keeps these in an `int`. */
const largestInt = 2 ** 31 - 1;

/**
 * Checks knobs by themselves; throws OPTIONS_INVALID naming the knob. Whether they fit a machine is told by
 * `knobFindings`.
 */
export function checkKnobs(knobs: ModuleKnobs): ModuleKnobs {
  const outcome = schema.safeParse(knobs);
  if (!outcome.success) {
    const [issue] = outcome.error.issues;
    throw invalidKnob(issue?.path.join(".") ?? "", issue?.message ?? "not as expected");
  }
  const { epochNs, bytesPerChannelAndEpoch, bdpBytes } = derivedKnobs(knobs);
  if (bytesPerChannelAndEpoch * knobs.channels > largestInt || epochNs > largestInt) {
    throw invalidKnob("controlRttUs", "makes an epoch longer than the module can count");
  }
  if (bdpBytes > largestInt)
    throw invalidKnob("rttUs", "makes more bytes than the module can count");
  if (bdpBytes === 0) throw invalidKnob("rttUs", "leaves no byte to be on its way");
  return outcome.data;
}

function invalidKnob(field: string, why: string): Error {
  return hoststackError("OPTIONS_INVALID", `knobs of the module: "${field}": ${why}`, {
    details: { field },
  });
}

/** Knobs as macros for the compiler. */
export function knobDefines(knobs: ModuleKnobs): Readonly<Record<string, number>> {
  const checked = checkKnobs(knobs);
  return {
    DCPIM_MATCHING_CPU: checked.matchingCpu,
    DCPIM_PORT_RANGE: checked.portRange,
    DCPIM_BANDWIDTH_GBPS: checked.bandwidthGbps,
    DCPIM_CONTROL_RTT_US: checked.controlRttUs,
    DCPIM_RTT_US: checked.rttUs,
    DCPIM_BETA_TENTHS: checked.betaTenths,
    DCPIM_ROUNDS: checked.rounds,
    DCPIM_CHANNELS: checked.channels,
    DCPIM_HANDSHAKE_RETRY_NS: checked.handshakeRetryUs * 1000,
    DCPIM_HANDSHAKE_TRIES: checked.handshakeTries,
  };
}
