import type { Iperf3Transfer } from "./result.js";

/**
 * What arrived of a UDP stream when the report has the sender's bytes and the receiver's losses
 * only (iperf3 before 3.7): the share of datagrams that were not lost.
 */
export function arrivedOf(
  sent: Iperf3Transfer,
  datagrams: { readonly total: number; readonly lost: number },
): Iperf3Transfer | undefined {
  if (datagrams.total === 0) return undefined;
  const share = (datagrams.total - datagrams.lost) / datagrams.total;
  return { ...sent, bytes: sent.bytes * share, bitsPerS: sent.bitsPerS * share };
}
