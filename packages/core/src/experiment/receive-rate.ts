import { procNetDevParser } from "@hoststack/tools";
import type { Snapshot } from "../metrics/snapshot.js";
import type { RoleEnds } from "./experiment.js";

/** Snapshots closer to each other would show the clock's resolution of 10 ms instead of a rate. */
const shortestS = 0.25;

/** Takes the snapshots of a trial and tells what the server's data NICs received between two of them, in bit/s. */
export function receiveRate(
  links: readonly Pick<RoleEnds, "server">[],
  tell: (bitPerS: number) => void,
): (host: string, snapshot: Snapshot) => void {
  let last: { readonly uptimeS: number; readonly bytes: number } | undefined;
  return (host, { uptimeS, files }) => {
    const text = files.get("/proc/net/dev");
    if (host !== links[0]?.server.host || text === undefined) return;
    const nics = procNetDevParser.parse(text);
    const each = links.map(({ server }) => nics[server.nic]?.receive.bytes);
    if (each.includes(undefined)) return;
    const bytes = each.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    const seconds = uptimeS - (last?.uptimeS ?? uptimeS);
    if (last !== undefined && seconds < shortestS) return;
    // a counter that was reset in between tells nothing
    if (last !== undefined && bytes >= last.bytes) tell(((bytes - last.bytes) * 8) / seconds);
    last = { uptimeS, bytes };
  };
}
