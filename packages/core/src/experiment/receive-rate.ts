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
function nicBytes(links: Links, text: string): number | undefined {
  const nics = procNetDevParser.parse(text);
  const each = links.map(({ server }) => nics[server.nic]?.receive.bytes);
  if (each.includes(undefined)) return undefined;
  return each.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** Bytes that came in by the host's only RDMA port; of several it is not told here which is used. */
function rdmaBytes(links: Links, files: Files, text: string): number | undefined {
  const named = (pattern: RegExp) => [...files].filter(([path]) => pattern.test(path));
  const cards = named(cardCounter);
  const software = named(softwareCounter);
  if (cards.length + software.length !== 1) return undefined;
  // in software it all passes the NIC; a card does not count as its interface's what passes the kernel by
  if (software.length === 1) return nicBytes(links, text);
  const lanes = Number(cards[0]?.[1]);
  return Number.isFinite(lanes) ? lanes * 4 : undefined;
}

/** Takes the snapshots of a trial and tells what the server's data NICs received between two of them, in bit/s. */
export function receiveRate(
  links: Links,
  tell: (bitPerS: number) => void,
  by: "kernel" | "rdma" = "kernel",
): (host: string, snapshot: Snapshot) => void {
  let last: { readonly uptimeS: number; readonly bytes: number } | undefined;
  return (host, { uptimeS, files }) => {
    const text = files.get("/proc/net/dev");
    if (host !== links[0]?.server.host || text === undefined) return;
    const bytes = by === "rdma" ? rdmaBytes(links, files, text) : nicBytes(links, text);
    if (bytes === undefined) return;
    const seconds = uptimeS - (last?.uptimeS ?? uptimeS);
    if (last !== undefined && seconds < shortestS) return;
    // a counter that was reset in between tells nothing
    if (last !== undefined && bytes >= last.bytes) tell(((bytes - last.bytes) * 8) / seconds);
    last = { uptimeS, bytes };
  };
}
