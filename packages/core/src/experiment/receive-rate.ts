import { procNetDevParser } from "@hoststack/tools";
import type { Snapshot } from "../metrics/snapshot.js";
import type { RoleEnd } from "./experiment.js";

/** Snapshots closer to each other would show the clock's resolution of 10 ms instead of a rate. */
const shortestS = 0.25;

/** Takes the snapshots of a trial and tells what a data NIC received between two of them, in bit/s. */
export function receiveRate(
  end: RoleEnd,
  tell: (bitPerS: number) => void,
): (host: string, snapshot: Snapshot) => void {
  let last: { readonly uptimeS: number; readonly bytes: number } | undefined;
  return (host, { uptimeS, files }) => {
    const text = files.get("/proc/net/dev");
    if (host !== end.host || text === undefined) return;
    const bytes = procNetDevParser.parse(text)[end.nic]?.receive.bytes;
    if (bytes === undefined) return;
    const seconds = uptimeS - (last?.uptimeS ?? uptimeS);
    if (last !== undefined && seconds < shortestS) return;
    // a counter that was reset in between tells nothing
    if (last !== undefined && bytes >= last.bytes) tell(((bytes - last.bytes) * 8) / seconds);
    last = { uptimeS, bytes };
  };
}
