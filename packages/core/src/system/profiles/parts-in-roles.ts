import type { WiredLink, Wiring } from "../../experiment/assign-hosts.js";
import type { HostPart } from "../../experiment/host-part.js";
import { hostParts } from "../../experiment/roles.js";
import type { RoleCounts } from "./system-profile.js";

/** Hosts in their roles, numbered as experiments that take all of them would. */
interface PartsInRoles {
  readonly parts: readonly HostPart[];
  readonly counts: RoleCounts;
}

/**
 * All clients and servers a testbed names, or the two ends of its first link where it names none; others take no part.
 * Throws OPTIONS_INVALID where no link joins them.
 */
export function partsInRoles(wiring: Wiring<WiredLink>): PartsInRoles {
  const { client = [], server = [] } = wiring.roles ?? {};
  const counts = { clients: Math.max(1, client.length), servers: Math.max(1, server.length) };
  return { parts: hostParts(wiring, { experiment: { hosts: () => counts }, options: {} }), counts };
}
