import { exitCodes } from "../../errors/catalogue.js";
import { isUndone } from "../../plan/undo-entries.js";
import { type HostTuning, restoreTuning } from "../../tuning/state.js";
import { restoreLines } from "../change-text.js";
import { confirmOnTerminal } from "../confirm-on-terminal.js";
import { type AskedHosts, failureData, tellMissing, toldData } from "../host-outcomes.js";
import type { Terminal } from "../terminal.js";
import type { TuneRequest } from "./apply.js";
import { askTuning } from "./status.js";
import type { TuneHosts } from "./tune-hosts.js";
import { stateLines } from "./tune-text.js";

/** Undoes what hosts told, once that is agreed to. Returns the exit code. */
async function undoTuning(
  { chosen, names }: TuneHosts,
  { found, failures }: AskedHosts<HostTuning>,
  { yes, json, signal, terminal }: TuneRequest & { readonly terminal: Terminal },
): Promise<number> {
  const { out, err } = terminal;
  const count = found.flatMap(({ changes }) => changes).length;
  if (count === 0) {
    if (json) out.line(JSON.stringify(failures.map(failureData), null, 2));
    return exitCodes.ok;
  }
  if (!(yes || (await confirmOnTerminal(`undo ${count}?`, signal)))) {
    err.line("nothing was changed");
    return exitCodes.failed;
  }
  const hosts = chosen.flatMap(({ host }) =>
    found.some((told) => told.host === host.name) ? [host] : [],
  );
  const restored = await restoreTuning(hosts, { signal, hostNames: names });
  if (json) out.line(JSON.stringify(toldData({ found: restored, failures }), null, 2));
  else {
    const whole = restored.map((one) => ({ ...one, lost: [], unreadable: [], undone: [] }));
    for (const line of whole.flatMap((one) => restoreLines(one, out))) out.line(line);
  }
  const stays = restored.some(({ entries }) => entries.some(({ outcome }) => !isUndone(outcome)));
  return stays ? exitCodes.partial : exitCodes.ok;
}

/**
 * Sets hosts back as they were before their profile, once that is agreed to. Of hosts that told
 * nothing it says so before. Returns the exit code; throws OPTIONS_INVALID where nobody can be asked.
 */
export async function tuneRestore(
  hosts: TuneHosts,
  request: TuneRequest,
  terminal: Terminal,
): Promise<number> {
  const { err } = terminal;
  const asked = await askTuning(hosts, request.signal);
  for (const line of asked.found.flatMap((one) => stateLines(one, err))) err.line(line);
  const missing = tellMissing(asked.failures, err);
  const code = await undoTuning(hosts, asked, { ...request, terminal });
  const isDeclined = code === exitCodes.failed;
  return missing === exitCodes.ok || isDeclined ? code : missing;
}
