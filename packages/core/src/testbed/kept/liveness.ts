import { hostname } from "node:os";
import { processToken, tokenState } from "../../host/process-token.js";
import type { Ledger } from "./ledger.js";

/**
 * What has become of a kept testbed: `dead` when its holder ended, `lost` when a host did, and
 * `elsewhere` when it belongs to another computer or container, which cannot be judged from here.
 */
export type KeptState = "dead" | "elsewhere" | "lost" | "open" | "opening";

/** Process id in a token. */
export const pidOf = (token: string): number => Number(token.split("-")[0]);

const bootOf = (token: string): string | undefined => token.split("-")[3];

/** Judges a ledger by the processes that run now. */
export function stateOf(ledger: Ledger): KeptState {
  const state = tokenState(ledger.holder);
  if (state === "unknown") {
    // a computer that was booted since has nothing of it left; a container shares its boot. Names of
    // computers change while they run, so they only tell what happened before this boot
    const here = bootOf(processToken());
    const elsewhere = bootOf(ledger.holder) === here || ledger.machine !== hostname();
    return elsewhere ? "elsewhere" : "dead";
  }
  if (ledger.state === "lost") return "lost";
  return state === "dead" ? "dead" : ledger.state;
}
