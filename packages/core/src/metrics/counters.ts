import { procNetDevParser, procNetSnmpParser } from "@hoststack/tools";
import type { CounterDelta } from "../result/record.js";
import type { Snapshot } from "./snapshot.js";

const rdmaPath = /^\/sys\/class\/infiniband\/([^/]+)\/ports\/(\d+)\/hw_counters\/([^/]+)$/;
/** Gauges and settings among the counters of /proc/net/snmp: their growth means nothing. */
const gauges = new Set([
  "tcp.RtoAlgorithm",
  "tcp.RtoMin",
  "tcp.RtoMax",
  "tcp.MaxConn",
  "tcp.CurrEstab",
]);
const protocols = new Map([
  ["Tcp", "tcp"],
  ["TcpExt", "tcp"],
  ["Udp", "udp"],
  ["Ip", "ip"],
]);

type Named = readonly [name: string, value: number];

/** Counters of the network interfaces, from /proc/net/dev of the host's own network namespace. */
function nicCounters(text: string): Named[] {
  return Object.entries(procNetDevParser.parse(text)).flatMap(([nic, { receive, transmit }]) =>
    (
      [
        ["rx", receive],
        ["tx", transmit],
      ] as const
    ).flatMap(([way, counts]) => [
      [`nic.${nic}.${way}Bytes`, counts.bytes] as const,
      [`nic.${nic}.${way}Packets`, counts.packets] as const,
      [`nic.${nic}.${way}Errors`, counts.errors] as const,
      [`nic.${nic}.${way}Dropped`, counts.dropped] as const,
    ]),
  );
}

/** Counters of the protocols, from /proc/net/snmp or /proc/net/netstat. */
function protocolCounters(text: string): Named[] {
  return Object.entries(procNetSnmpParser.parse(text)).flatMap(([section, values]) => {
    const protocol = protocols.get(section);
    if (protocol === undefined) return [];
    return Object.entries(values)
      .map(([name, value]) => [`${protocol}.${name}`, value] as const)
      .filter(([name]) => !gauges.has(name));
  });
}

/** The counter of an RDMA port, one file each; nothing when the file holds no number. */
function rdmaCounter(path: string, text: string): Named[] {
  const [, device, port, name] = rdmaPath.exec(path) ?? [];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? [[`rdma.${device}.${port}.${name}`, value]] : [];
}

/** Every counter of a full snapshot by its name: `tcp.RetransSegs`, `nic.lab0.rxDropped`, ... */
export function countersOf(snapshot: Snapshot): ReadonlyMap<string, number> {
  return new Map(
    [...snapshot.files].flatMap(([path, text]) => {
      if (path === "/proc/net/snmp" || path === "/proc/net/netstat") return protocolCounters(text);
      if (path === "/proc/net/dev") return nicCounters(text);
      return rdmaPath.test(path) ? rdmaCounter(path, text) : [];
    }),
  );
}

/** What grew between two readings of one host. A counter that vanished or shrank is left out. */
export function counterDeltas(
  host: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): CounterDelta[] {
  const deltas: CounterDelta[] = [];
  for (const [name, value] of after) {
    const delta = value - (before.get(name) ?? Number.NaN);
    if (delta > 0) deltas.push({ host, name, delta });
  }
  return deltas;
}
