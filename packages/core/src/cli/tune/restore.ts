import { exitCodes } from "../../errors/catalogue.js";
import { isUndone } from "../../plan/undo-entries.js";
import { restoreTuning, tuningState } from "../../tuning/state.js";
import { restoreLines } from "../change-text.js";
import { confirmOnTerminal } from "../confirm-on-terminal.js";
import type { Terminal } from "../terminal.js";
import type { TuneRequest } from "./apply.js";
import type { TuneHosts } from "./tune-hosts.js";
import { stateLines } from "./tune-text.js";

/** Shows which profile hosts are in. Returns 5 where something of it does not hold. */
export async function tuneStatus(
  { chosen, names }: TuneHosts,
  { json, signal }: Pick<TuneRequest, "json" | "signal">,
  { out }: Terminal,
): Promise<number> {
  const hosts = chosen.map(({ host }) => host);
  const found = await tuningState(hosts, { signal, hostNames: names });
  if (json) out.line(JSON.stringify(found, null, 2));
  else for (const line of found.flatMap((one) => stateLines(one, out))) out.line(line);
  const holds = found.every(({ changes }) => changes.every(({ state }) => state === "holds"));
  return holds ? exitCodes.ok : exitCodes.partial;
}

/** Sets hosts back as they were before their profile, once that is agreed to. Returns the exit code; throws OPTIONS_INVALID where nobody can be asked. */
export async function tuneRestore(
  hosts: TuneHosts,
  { yes, json, signal }: TuneRequest,
  terminal: Terminal,
): Promise<number> {
  const { out, err } = terminal;
  const all = hosts.chosen.map(({ host }) => host);
  const ask = { signal, hostNames: hosts.names };
  const found = await tuningState(all, ask);
  const count = found.flatMap(({ changes }) => changes).length;
  for (const line of found.flatMap((one) => stateLines(one, err))) err.line(line);
  if (count === 0) return exitCodes.ok;
  if (!(yes || (await confirmOnTerminal(`undo ${count}?`, signal)))) {
    err.line("nothing was changed");
    return exitCodes.failed;
  }
  const restored = await restoreTuning(all, ask);
  if (json) out.line(JSON.stringify(restored, null, 2));
  else {
    const whole = restored.map((one) => ({ ...one, lost: [], unreadable: [], undone: [] }));
    for (const line of whole.flatMap((one) => restoreLines(one, out))) out.line(line);
  }
  const stays = restored.some(({ entries }) => entries.some(({ outcome }) => !isUndone(outcome)));
  return stays ? exitCodes.partial : exitCodes.ok;
}
