import { exitCodes } from "../../errors/catalogue.js";
import { failureOfHosts } from "../../testbed/ssh/failures.js";
import { type HostTuning, tuningState } from "../../tuning/state.js";
import { type AskedHosts, forEachHost, toldData } from "../host-outcomes.js";
import type { Terminal } from "../terminal.js";
import type { TuneRequest } from "./apply.js";
import type { TuneHosts } from "./tune-hosts.js";
import { stateLines } from "./tune-text.js";

/** Asks hosts for their tuning; each tells or fails for itself. Throws INTERRUPTED. */
export async function askTuning(
  { chosen, names, failures }: TuneHosts,
  signal: AbortSignal,
): Promise<AskedHosts<HostTuning>> {
  const asked = await forEachHost(chosen, ({ host }) =>
    tuningState([host], { signal, hostNames: names }),
  );
  signal.throwIfAborted();
  return { found: asked.found.flat(), failures: [...failures, ...asked.failures] };
}

/**
 * Shows which profile hosts are in. Returns 5 where something of it does not hold; throws one error for all hosts that
 * told nothing, once the others are shown.
 */
export async function tuneStatus(
  hosts: TuneHosts,
  { json, signal }: Pick<TuneRequest, "json" | "signal">,
  { out }: Terminal,
): Promise<number> {
  const asked = await askTuning(hosts, signal);
  const { found, failures } = asked;
  if (json) out.line(JSON.stringify(toldData(asked), null, 2));
  else for (const line of found.flatMap((one) => stateLines(one, out))) out.line(line);
  if (failures.length > 0) throw failureOfHosts(failures);
  const holds = found.every(({ changes }) => changes.every(({ state }) => state === "holds"));
  return holds ? exitCodes.ok : exitCodes.partial;
}
