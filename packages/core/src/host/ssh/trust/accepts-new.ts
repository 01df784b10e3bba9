import type { ResolvedHost } from "../config/resolve-target.js";
import type { SshTarget } from "../config/target.js";

/**
 * Whether the key of a host that is not known yet is recorded and trusted: what the caller decides,
 * else the user's configuration; never without a file to record it in.
 */
export function acceptsNew(
  host: Pick<ResolvedHost, "acceptNew" | "userKnownHostsFiles">,
  policy: SshTarget["hostKeyPolicy"],
): boolean {
  const wanted = policy === undefined ? host.acceptNew : policy === "accept-new";
  return wanted && host.userKnownHostsFiles.length > 0;
}
