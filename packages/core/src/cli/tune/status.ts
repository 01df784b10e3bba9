import { exitCodes } from "../../errors/catalogue.js";
import { placeOfHost } from "../../plan/place.js";
import { type HostTuning, tuningOfPlaced } from "../../tuning/state.js";
import { type AskedHosts, forEachHost, tellMissing, toldData } from "../host-outcomes.js";
import type { Terminal } from "../terminal.js";
import type { TuneRequest } from "./apply.js";
import type { TuneHosts } from "./tune-hosts.js";
import { stateLines } from "./tune-text.js";

/** Asks hosts for their tuning; each tells or fails for itself. Throws INTERRUPTED. */
export async function askTuning(
  { chosen, names, failures }: TuneHosts,
  signal: AbortSignal,
): Promise<AskedHosts<HostTuning>> {
  const asked = await forEachHost(chosen, ({ host }) => placeOfHost(host, signal));
  signal.throwIfAborted();
  // together, as hosts of one machine share its journal
  const found = await tuningOfPlaced(asked.found, { signal, hostNames: names });
  return { found, failures: [...failures, ...asked.failures] };
}

/**
 * Shows which profile hosts are in. Returns 5 where something of it does not hold, or what stands for hosts that told
 * nothing.
 */
export async function tuneStatus(
  hosts: TuneHosts,
  { json, signal }: Pick<TuneRequest, "json" | "signal">,
  { out, err }: Terminal,
): Promise<number> {
  const asked = await askTuning(hosts, signal);
  const { found, failures } = asked;
  if (json) out.line(JSON.stringify(toldData(asked), null, 2));
  else for (const line of found.flatMap((one) => stateLines(one, out))) out.line(line);
  const missing = tellMissing(failures, err);
  if (missing !== exitCodes.ok) return missing;
  const holds = found.every(({ changes }) => changes.every(({ state }) => state === "holds"));
  return holds ? exitCodes.ok : exitCodes.partial;
}
