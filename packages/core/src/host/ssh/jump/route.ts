import { hoststackError } from "../../../errors/error.js";
import { type Destination, type ResolvedHost, resolveTarget } from "../config/resolve-target.js";
import type { SshTarget } from "../config/target.js";
import { expandTokens, proxyTokens } from "../config/tokens.js";
import { parseJumpHost, splitJumps } from "./jump-hosts.js";

/** The hosts on the way to a destination, which is the last of them. */
export type Route = readonly [ResolvedHost, ...ResolvedHost[]];

/** More jumps than anyone has; a configuration that asks for them goes round in a ring. */
const mostHops = 16;

/**
 * The hosts to log in to, one through the other, the destination last. Every jump host is resolved
 * as `ssh` would when called for it alone: with its own user, port, keys, known_hosts and jumps.
 * Throws OPTIONS_INVALID for jumps that lead back, and as `resolveTarget` does.
 */
export async function planRoute(target: SshTarget): Promise<Route> {
  const { configFile, connectTimeoutMs, destination, jump, options, signal } = target;
  const asked = {
    destination,
    ...(configFile !== undefined && { configFile }),
    ...(jump !== undefined && { jump }),
    ...(options !== undefined && { options }),
    ...(signal !== undefined && { signal }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
  };
  return await routeTo(asked, []);
}

async function routeTo(asked: Destination, after: readonly Destination[]): Promise<Route> {
  const host = await resolveTarget(asked);
  if (host.proxyJump === undefined) return [host];
  const jumps = splitJumps(expandTokens(host.proxyJump, proxyTokens(host)));
  const last = parseJumpHost(jumps.at(-1) ?? "");
  const through: Destination = {
    ...last,
    // Of several jumps `ssh` gives the earlier ones to the last, in place of its own.
    ...(jumps.length > 1 && { jump: jumps.slice(0, -1).join(",") }),
    ...(asked.configFile !== undefined && { configFile: asked.configFile }),
    ...(asked.signal !== undefined && { signal: asked.signal }),
  };
  const path = [...after, asked];
  if (path.length >= mostHops || path.some((one) => isSame(one, through)))
    throw ring(path, through);
  return [...(await routeTo(through, path)), host];
}

/** Asked the same, `ssh` answers the same: from there on the route would repeat itself. */
function isSame(one: Destination, other: Destination): boolean {
  const keys = ["destination", "user", "port", "jump"] as const;
  return keys.every((key) => one[key] === other[key]);
}

function ring(path: readonly Destination[], back: Destination): Error {
  const names = [...path, back].map(({ destination }) => destination);
  return hoststackError("OPTIONS_INVALID", `ProxyJump leads in a ring: ${names.join(" -> ")}`, {
    remedy: "correct ProxyJump in the ssh configuration of one of them",
    details: { names },
  });
}
