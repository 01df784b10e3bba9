/** What traffic can be refused for. */
export const trafficRisks = [
  "default-route",
  "ssh-session",
  "unconfirmed-peer",
  "rate",
  "time",
] as const;

/** A reason to refuse traffic, as users name it when they allow it. */
export type TrafficRisk = (typeof trafficRisks)[number];

/** What an experiment may send at most. */
export interface TrafficDemand {
  /** Longest time it sends, in seconds. */
  readonly seconds: number;
  /** Highest rate in bit/s. @default the speed of the link */
  readonly bitsPerS?: number;
}

/** A data NIC as traffic on it may harm others. */
export interface TrafficEnd {
  readonly host: string;
  readonly nic: string;
  /** The default route of the host leaves by this NIC, or by one it shares hardware with. */
  readonly defaultRoute: boolean;
  /** The SSH session to the host comes in by this NIC, or by one it shares hardware with; undefined when it could not be told. */
  readonly sshSession: boolean | undefined;
  /** Link rate in bit/s, where the driver tells it. */
  readonly speedBitsPerS?: number;
  /** Why the other end is not confirmed to be the host it is said to be; absent when it is. */
  readonly unconfirmed?: string;
}

/** What is known of a testbed that is shared with others, to judge traffic by. */
export interface TrafficState {
  /** Both ends of every link, by the name of the link. */
  readonly links: ReadonlyMap<string, readonly [TrafficEnd, TrafficEnd]>;
  /** Highest rate a trial may send at, in bit/s. */
  readonly maxBitsPerS?: number;
  /** Longest time a trial may send, in seconds. */
  readonly maxSeconds?: number;
  /** What the user takes the responsibility for. */
  readonly allow: ReadonlySet<TrafficRisk>;
}
