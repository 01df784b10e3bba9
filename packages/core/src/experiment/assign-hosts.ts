import { hoststackError } from "../errors/error.js";
import type { Link, LinkEnd, Role, Testbed } from "../testbed/testbed.js";
import { type HostCounts, hostTotal } from "./host-counts.js";

type WiredEnd = Pick<LinkEnd, "host" | "nic">;

/** A link as far as roles follow from it. */
export interface WiredLink {
  readonly name: string;
  readonly ends: readonly [WiredEnd, WiredEnd];
}

/** What roles follow from. */
export interface Wiring<L extends WiredLink = Link> extends Pick<Testbed, "roles"> {
  readonly links: readonly L[];
}

/** Hosts by role, in the order in which an experiment numbers them. */
export interface RoleHosts {
  readonly clients: readonly string[];
  readonly servers: readonly string[];
}

const hostsOf = ({ links }: Wiring<WiredLink>): string[] => [
  ...new Set(links.flatMap(({ ends }) => ends.map(({ host }) => host))),
];

/** Whether a host is called after a role: `client`, `client-2`. */
const isNamed = (role: Role, host: string): boolean =>
  host === role || (host.startsWith(`${role}-`) && /^\d+$/.test(host.slice(role.length + 1)));

function tooFew(wiring: Wiring<WiredLink>, what: string, field: string): Error {
  const hosts = hostsOf(wiring);
  const { roles = {} } = wiring;
  const named = Object.entries(roles).map(([role, names]) => `${role}: ${names.join(", ")}`);
  const limits = named.length === 0 ? "" : `, and names as ${named.join("; as ")}`;
  const text = `${what}, but the testbed has ${hosts.length} hosts (${hosts.join(", ")})${limits}`;
  return hoststackError("OPTIONS_INVALID", text, {
    remedy: "choose fewer, name others in the testbed's roles, or take a testbed with more hosts",
    details: { field, hosts },
  });
}

/**
 * Which hosts are clients and servers of an experiment that takes several: those the testbed names in a role, in that
 * order, else those called after it, else by the order in which links name them, clients first. Throws OPTIONS_INVALID
 * when there are too few.
 */
export function roleHosts(wiring: Wiring<WiredLink>, counts: HostCounts): RoleHosts {
  const all = hostsOf(wiring);
  const { roles = {} } = wiring;
  if ("peers" in counts) {
    const listed = [...(roles.client ?? []), ...(roles.server ?? [])];
    const peers = [...new Set([...listed, ...all])].slice(0, counts.peers);
    if (peers.length === counts.peers) return { clients: peers, servers: peers };
    throw tooFew(wiring, `${counts.peers} hosts are wanted`, "hosts");
  }
  const wanted = { client: counts.clients, server: counts.servers };
  const sure = (role: Role, others: readonly string[] = []) =>
    (roles[role] ?? all.filter((host) => isNamed(role, host)))
      .filter((host) => !others.includes(host))
      .slice(0, wanted[role]);
  const free = all.filter((host) => !Object.values(roles).some((names) => names.includes(host)));
  const filled = (role: Role, own: readonly string[], others: readonly string[]) => {
    // a list is all there is of a role; names are a preference
    const more = roles[role] === undefined ? free : [];
    return [...new Set([...own, ...more.filter((host) => !others.includes(host))])].slice(
      0,
      wanted[role],
    );
  };
  const named = sure("client");
  const servers = sure("server", named);
  const clients = filled("client", named, servers);
  const found = { clients, servers: filled("server", servers, clients) };
  if (found.clients.length + found.servers.length === hostTotal(counts)) return found;
  const what = `${counts.clients} ${counts.clients === 1 ? "client" : "clients"} and ${counts.servers} ${counts.servers === 1 ? "server" : "servers"} are wanted`;
  throw tooFew(wiring, what, "roles");
}
