import { grown, type Reason } from "@hoststack/core";
import { type CounterView, invalid, suspect } from "./findings.js";

/** What a tool says it moved from client to server. */
export interface Moved {
  readonly messages: number;
  readonly bytes: number;
}

/** Packets the RDMA devices of a host sent and received; undefined when no counter tells. */
function packetsOf({ counters }: CounterView, host: string) {
  const own = counters.filter((counter) => counter.host === host);
  const sum = (pattern: RegExp) =>
    own.filter(({ name }) => pattern.test(name)).reduce((total, { delta }) => total + delta, 0);
  const sent = sum(/^rdma\..*\.sent_pkts$/);
  const received = sum(/^rdma\..*\.rcvd_pkts$/);
  return sent + received === 0 ? undefined : { sent, received };
}

/** Where no RDMA counter tells, the network interface has to; some drivers count no RDMA there. */
function nicFindings({ counters, server: { host, nic } }: CounterView, bytes: number): Reason[] {
  const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
  // no growth at all is a finding of every experiment
  if (crossed === 0 || crossed >= bytes) return [];
  const text = `no packet counter of an RDMA device grew on ${host}, and ${nic} received ${crossed} bytes where ${bytes} are reported`;
  return [suspect("flow.missing", text)];
}

/** The RDMA device of both ends must have carried the flow: each message is at least one packet. */
export function rdmaFlowFindings(view: CounterView, { messages, bytes }: Moved): Reason[] {
  const { client, server } = view;
  const [near, far] = [packetsOf(view, client.host), packetsOf(view, server.host)];
  const sent =
    near !== undefined && near.sent < messages
      ? [
          `the RDMA device of ${client.host} sent ${near.sent} packets, but ${messages} messages are reported`,
        ]
      : [];
  const received =
    far !== undefined && far.received === 0
      ? [
          `the RDMA device of ${server.host} received no packet, but ${messages} messages are reported`,
        ]
      : [];
  return [
    ...[...sent, ...received].map((text) => invalid("flow.missing", text)),
    ...(far === undefined ? nicFindings(view, bytes) : []),
  ];
}
