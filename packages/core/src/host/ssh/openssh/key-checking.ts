import type { SshTarget } from "../config/target.js";
import type { Route } from "../jump/route.js";
import { acceptsNew } from "../trust/accepts-new.js";
import { checkRecordable } from "../trust/record-key.js";

/** Values of StrictHostKeyChecking: the destination's, and the one all its jump hosts share. */
export interface KeyChecking {
  readonly destination: "accept-new" | "yes";
  readonly jumps: "accept-new" | "yes";
}

/**
 * How `ssh` is to check the keys of a route. It takes one value for all jump hosts, so new keys of
 * theirs are accepted only when that is so for each. Throws OPTIONS_INVALID when a new key would be
 * accepted and forgotten.
 */
export async function keyChecking(
  route: Route,
  policy: SshTarget["hostKeyPolicy"],
): Promise<KeyChecking> {
  const accepting = route.map((host) => acceptsNew(host, policy));
  for (const [index, { userKnownHostsFiles }] of route.entries()) {
    const [file] = userKnownHostsFiles;
    if (accepting[index] && file !== undefined) await checkRecordable(file);
  }
  const value = (accepts: boolean) => (accepts ? "accept-new" : "yes");
  return {
    destination: value(accepting.at(-1) === true),
    jumps: value(accepting.slice(0, -1).every(Boolean)),
  };
}
