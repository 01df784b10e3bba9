import { grown, type Reason } from "@hoststack/core";
import { type CounterView, invalid, suspect } from "./findings.js";

/** Where payload goes; a read moves it to the client, which asks for it. */
export type Payload = "to server" | "to client";

/** What a tool says it moved. */
export interface Moved {
  readonly messages: number;
  readonly bytes: number;
  /** @default "to server" */
  readonly payload?: Payload;
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
function nicFindings(
  { counters, client, server }: CounterView,
  { bytes, payload }: Moved,
): Reason[] {
  const { host, nic } = payload === "to client" ? client : server;
  const crossed = grown(counters, host, `nic.${nic}.rxBytes`);
  // no growth at all is a finding of every experiment
  if (crossed === 0 || crossed >= bytes) return [];
  const text = `no packet counter of an RDMA device grew on ${server.host}, and ${nic} of ${host} received ${crossed} bytes where ${bytes} are reported`;
  return [suspect("flow.missing", text)];
}

/** The RDMA device of both ends must have carried the flow: each message is at least one packet. */
export function rdmaFlowFindings(view: CounterView, moved: Moved): Reason[] {
  const { client, server } = view;
  const { messages } = moved;
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
  const unanswered =
    moved.payload === "to client" && near !== undefined && near.received < messages
      ? [
          `the RDMA device of ${client.host} received ${near.received} packets, but ${messages} reads are reported`,
        ]
      : [];
  return [
    ...[...sent, ...received, ...unanswered].map((text) => invalid("flow.missing", text)),
    ...(far === undefined ? nicFindings(view, moved) : []),
  ];
}
