import { coalescingStep, linkMtuStep, offloadsStep, type Step } from "@hoststack/core";

/** What decides what upstream's scripts for short messages set. */
export interface PublishedTraffic {
  readonly protocol: "dcpim" | "tcp";
  readonly messageBytes: number;
}

/** Settings of a data NIC that take the place of others. */
export interface NicSettings {
  /** What packets of dcPIM are kept to by kernels that cannot cut them; absent where it sends none. */
  readonly dcpimPacketBytes?: number;
  readonly steps: readonly Step[];
}

/** Headers of IPv4 and of TCP with timestamps: a message fills a packet. */
const tcpHeaderBytes = 52;
const dcpimMtuBytes = 9000;
const rxUsecs = 6;

/** Largest message whose MTU Linux takes, in bytes. */
export const largestPublishedTcpBytes = 65_536 - tcpHeaderBytes;

const mtuOf = ({ protocol, messageBytes }: PublishedTraffic) =>
  protocol === "tcp" ? messageBytes + tcpHeaderBytes : dcpimMtuBytes;

/** In words, for records: whoever compares both protocols has to know. */
export const publishedSettingsText = (traffic: PublishedTraffic): string =>
  traffic.protocol === "tcp"
    ? `unequal, TCP's own as published: MTU ${mtuOf(traffic)} B, GRO, GSO, TSO and LRO off, adaptive coalescing`
    : `unequal, dcPIM's own as published: MTU ${dcpimMtuBytes} B, GRO on, GSO, TSO and LRO off, ${rxUsecs} us of coalescing`;

/**
 * What `run_tcp_ping.sh`, `run_tcp_ping_conn.sh` and `run_dcpim_ping.sh` set before they run: not the same for both
 * protocols. They switch `ntuple` off as well, by which some cards forget their rules: only where a profile does too.
 */
export function publishedNicSettings(
  nic: string,
  traffic: PublishedTraffic,
  { rulesGo }: { readonly rulesGo: boolean },
): NicSettings {
  const mtuBytes = mtuOf(traffic);
  const adaptive = traffic.protocol === "tcp";
  const offloads = { gro: !adaptive, gso: false, tso: false, lro: false };
  const interrupts = { adaptiveRx: adaptive, adaptiveTx: adaptive };
  return {
    ...(traffic.protocol === "tcp" ? {} : { dcpimPacketBytes: mtuBytes }),
    steps: [
      linkMtuStep({ nic, mtuBytes }),
      offloadsStep({ nic, ...offloads, ...(rulesGo ? { ntuple: false } : {}) }),
      coalescingStep({ nic, ...interrupts, ...(adaptive ? {} : { rxUsecs }) }),
    ],
  };
}
