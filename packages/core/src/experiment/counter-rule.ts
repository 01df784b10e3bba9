import type { CounterDelta } from "../result/record.js";
import type { Reason } from "../result/verdict.js";

/** A threshold on how much a counter may grow during a trial, as data. */
export interface CounterRule {
  /** Stable name, e.g. `rdma.retries`. */
  readonly rule: string;
  /** Counters that are added up, on each host by itself. */
  readonly counters: RegExp;
  /** Counters the sum is divided by; without them the sum itself is compared. */
  readonly relativeTo?: RegExp;
  /** The finding is made when the value is larger than this. */
  readonly above: number;
  readonly state: Reason["state"];
  /** What it means, as the start of a sentence, e.g. `RDMA packets were sent again`. */
  readonly meaning: string;
}

/** How much a counter of a host grew; 0 when it did not. */
export function grown(deltas: readonly CounterDelta[], host: string, name: string): number {
  return deltas.find((delta) => delta.host === host && delta.name === name)?.delta ?? 0;
}

const sum = (deltas: readonly CounterDelta[], pattern: RegExp): number =>
  deltas.filter((delta) => pattern.test(delta.name)).reduce((total, { delta }) => total + delta, 0);

/** Applies rules to the counters of a trial, host by host. */
export function applyCounterRules(
  rules: readonly CounterRule[],
  deltas: readonly CounterDelta[],
): Reason[] {
  const hosts = [...new Set(deltas.map((delta) => delta.host))];
  return rules.flatMap((rule) =>
    hosts.flatMap((host): Reason[] => {
      const own = deltas.filter((delta) => delta.host === host);
      const count = sum(own, rule.counters);
      const whole = rule.relativeTo === undefined ? 1 : sum(own, rule.relativeTo);
      if (count === 0 || count / Math.max(whole, 1) <= rule.above) return [];
      const share = rule.relativeTo === undefined ? "" : ` of ${whole}`;
      const text = `${rule.meaning} on ${host}: ${count}${share} (threshold ${rule.above})`;
      return [{ state: rule.state, rule: rule.rule, text }];
    }),
  );
}

/** Segments kernel TCP sent again. */
export const tcpRules: readonly CounterRule[] = [
  {
    rule: "tcp.retransmissions",
    counters: /^tcp\.RetransSegs$/,
    relativeTo: /^tcp\.OutSegs$/,
    above: 0.001,
    state: "suspect",
    meaning: "TCP segments were sent again",
  },
];

/** Datagrams sockets dropped; full receive buffers and missing memory are among InErrors. */
export const udpRules: readonly CounterRule[] = [
  {
    rule: "udp.drops",
    counters: /^udp\.(InErrors|SndbufErrors)$/,
    relativeTo: /^udp\.(InDatagrams|OutDatagrams)$/,
    above: 0.001,
    state: "suspect",
    meaning: "UDP datagrams were dropped",
  },
];

/** Packets a network interface dropped or could not use. */
export const nicRules: readonly CounterRule[] = [
  {
    rule: "nic.drops",
    counters: /^nic\..*\.(rxDropped|txDropped|rxErrors|txErrors)$/,
    relativeTo: /^nic\..*\.(rxPackets|txPackets)$/,
    above: 0.001,
    state: "suspect",
    meaning: "a network interface dropped packets",
  },
];

/**
 * RDMA transport trouble. Names are those of rdma_rxe (drivers/infiniband/sw/rxe/rxe_hw_counters.c)
 * and of mlx5 hw_counters; a run in which the transport gave up is no run.
 */
export const rdmaRules: readonly CounterRule[] = [
  {
    rule: "rdma.retries",
    counters:
      /^rdma\..*\.(completer_retry_err|duplicate_request|out_of_seq_request|rcvd_seq_err|send_err|local_ack_timeout_err|packet_seq_err|implied_nak_seq_err|out_of_sequence)$/,
    above: 0,
    state: "suspect",
    meaning: "RDMA packets were lost, late or sent again",
  },
  {
    rule: "rdma.receiver-not-ready",
    counters: /^rdma\..*\.(send_rnr_err|rcvd_rnr_err|rnr_nak_retry_err|out_of_buffer)$/,
    above: 0,
    state: "suspect",
    meaning: "an RDMA receiver was not ready",
  },
  {
    rule: "rdma.gave-up",
    counters: /^rdma\..*\.(retry_exceeded_err|retry_rnr_exceeded_err|link_downed|req_cqe_error)$/,
    above: 0,
    state: "invalid",
    meaning: "RDMA retries were used up or the link went down",
  },
];
