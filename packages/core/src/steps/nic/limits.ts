import { ethtoolChannelsParser, ethtoolRingsParser } from "@hoststack/tools";
import { type Impossible, impossible } from "../decisions.js";
import type { WantedSetting } from "./settings-step.js";

/** What a driver does that makes its queues anew. */
export function linkRestart(nic: string): readonly string[] {
  return [`the link of ${nic} may go down for a moment while its driver takes this`];
}

/** Refuses numbers above the maximum `ethtool -g` or `-l` tells. */
export function refuseAboveMaximum(nic: string) {
  return (changed: readonly WantedSetting[], listing: string): Impossible | undefined => {
    const parser = listing.startsWith("Channel") ? ethtoolChannelsParser : ethtoolRingsParser;
    const { maximum } = parser.parse(listing);
    for (const { parameter, value } of changed) {
      const most = maximum[parameter];
      if (typeof most !== "number" || Number(value) <= most) continue;
      return impossible(
        `${nic} takes ${parameter} of at most ${most}, not ${value}`,
        `ask for ${most} or fewer`,
      );
    }
    return undefined;
  };
}
