import { procNetDevParser } from "@hoststack/tools";
import type { Snapshot } from "../metrics/snapshot.js";
import type { RoleEnds } from "./experiment.js";

/** Snapshots closer to each other would show the clock's resolution of 10 ms instead of a rate. */
const shortestS = 0.25;

/** Counted in lanes of four bytes (Documentation/ABI/stable/sysfs-class-infiniband). */
const cardCounter = /^\/sys\/class\/infiniband\/[^/]+\/ports\/\d+\/counters\/port_rcv_data$/;
const softwareCounter = /^\/sys\/class\/infiniband\/[^/]+\/ports\/\d+\/hw_counters\/rcvd_pkts$/;

type Files = Snapshot["files"];
type Links = readonly Pick<RoleEnds, "server">[];

/** Bytes that came in by the NICs. */
function nicBytes(names: readonly string[], text: string): number | undefined {
  const nics = procNetDevParser.parse(text);
  const each = names.map((name) => nics[name]?.receive.bytes);
  if (each.includes(undefined)) return undefined;
  return each.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** Bytes that came in by the host's only RDMA port; of several it is not told here which is used. */
function rdmaBytes(nics: readonly string[], files: Files, text: string): number | undefined {
  const named = (pattern: RegExp) => [...files].filter(([path]) => pattern.test(path));
  const cards = named(cardCounter);
  const software = named(softwareCounter);
  if (cards.length + software.length !== 1) return undefined;
  // in software it all passes the NIC; a card does not count as its interface's what passes the kernel by
  if (software.length === 1) return nicBytes(nics, text);
  const lanes = Number(cards[0]?.[1]);
  return Number.isFinite(lanes) ? lanes * 4 : undefined;
}

/** Takes the snapshots of one host and gives what its NICs received between two of them, in bit/s. */
function hostRate(nics: readonly string[], by: "kernel" | "rdma") {
  let last: { readonly uptimeS: number; readonly bytes: number } | undefined;
  return ({ uptimeS, files }: Snapshot): number | undefined => {
    const text = files.get("/proc/net/dev");
    if (text === undefined) return undefined;
    const bytes = by === "rdma" ? rdmaBytes(nics, files, text) : nicBytes(nics, text);
    if (bytes === undefined) return undefined;
    const before = last;
    const seconds = uptimeS - (before?.uptimeS ?? uptimeS);
    if (before !== undefined && seconds < shortestS) return undefined;
    last = { uptimeS, bytes };
    // a counter that was reset in between tells nothing
    return before !== undefined && bytes >= before.bytes
      ? ((bytes - before.bytes) * 8) / seconds
      : undefined;
  };
}

/**
 * Takes the snapshots of a trial and tells what the data NICs of all servers received between two of them, in bit/s: once
 * each server has told since the last time.
 */
export function receiveRate(
  links: Links,
  tell: (bitPerS: number) => void,
  by: "kernel" | "rdma" = "kernel",
): (host: string, snapshot: Snapshot) => void {
  const hosts = [...new Set(links.map(({ server }) => server.host))];
  const rateOf = new Map(
    hosts.map((host) => {
      const own = links.filter(({ server }) => server.host === host);
      return [host, hostRate([...new Set(own.map(({ server }) => server.nic))], by)];
    }),
  );
  const told = new Map<string, number>();
  return (host, snapshot) => {
    const rate = rateOf.get(host)?.(snapshot);
    if (rate === undefined) return;
    told.set(host, rate);
    if (told.size < hosts.length) return;
    tell([...told.values()].reduce((sum, one) => sum + one, 0));
    told.clear();
  };
}
