import { hoststackError } from "../errors/error.js";
import type { Link, Role, Testbed } from "../testbed/testbed.js";
import { type RoleHosts, roleHosts, type WiredLink, type Wiring } from "./assign-hosts.js";
import type { RoleEnds } from "./experiment.js";
import { hostCounts, hostTotal, type Measured } from "./host-counts.js";

/** Links of a variant with their ends by role; the first is the one a pair is told of. */
export type Ends<L extends WiredLink = Link> = readonly [RoleEnds<L>, ...RoleEnds<L>[]];

/** The ends of a link by role, when the roles that are given fit it. */
function endsOf<L extends WiredLink>(
  link: L,
  roles: NonNullable<Testbed["roles"]>,
): RoleEnds<L> | undefined {
  const [first, second] = link.ends;
  const fits = (client: L["ends"][number], server: L["ends"][number]) =>
    (roles.client ?? [client.host]).includes(client.host) &&
    (roles.server ?? [server.host]).includes(server.host);
  const namedOtherwise = first.host === "server" || second.host === "client";
  const orders = [[first, second] as const, [second, first] as const];
  for (const [client, server] of namedOtherwise ? orders.reverse() : orders) {
    if (fits(client, server)) return { client, server, link };
  }
  return undefined;
}

/** How early the roles name the hosts of a link. */
function listedAt(
  { client, server }: RoleEnds<WiredLink>,
  roles: NonNullable<Testbed["roles"]>,
): number {
  const at = (role: Role, host: string) => Math.max(0, roles[role]?.indexOf(host) ?? 0);
  return at("client", client.host) + at("server", server.host);
}

/**
 * Which ends are client and server: those of the first link that fits the testbed's roles; where these
 * leave a choice, the hosts they name first, then those called so, else the link's order. Throws OPTIONS_INVALID when no
 * link fits.
 */
function roleEnds<L extends WiredLink>({ links, roles = {} }: Wiring<L>): RoleEnds<L> {
  const fitting = links.flatMap((link) => endsOf(link, roles) ?? []);
  const [first] = fitting.toSorted((a, b) => listedAt(a, roles) - listedAt(b, roles));
  if (first !== undefined) return first;
  const wanted = Object.entries(roles).map(([role, hosts]) => `${hosts.join(" or ")} as ${role}`);
  throw hoststackError("OPTIONS_INVALID", `no link of the testbed has ${wanted.join(" and ")}`, {
    remedy: `its links join ${links.map(({ ends }) => ends.map(({ host }) => host).join(" and ")).join("; ")}`,
    details: { field: "roles" },
  });
}

/** How many links a variant uses side by side between two hosts. */
export const linkCount = ({ experiment, options }: Measured): number =>
  experiment.links?.(options) ?? 1;

/** The first links that join two hosts. Throws OPTIONS_INVALID when there are fewer than wanted. */
function pairEnds<L extends WiredLink>(
  { links }: Wiring<L>,
  pair: Readonly<Record<Role, string>>,
  count: number,
): Ends<L> {
  const roles = { client: [pair.client], server: [pair.server] };
  const all = links.flatMap((link) => endsOf(link, roles) ?? []);
  const [first, ...others] = all;
  if (first !== undefined && count <= all.length) return [first, ...others.slice(0, count - 1)];
  const between = `${pair.client} and ${pair.server}`;
  const names = all.map(({ link }) => link.name).join(", ");
  const text =
    first === undefined
      ? `no link of the testbed joins ${between}, which are client and server`
      : `${count} links are wanted, but ${all.length} join ${between}: ${names}`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy:
      first === undefined
        ? "name hosts of one switch in the testbed's roles"
        : "choose fewer, or a testbed with more: the netns testbed makes as many as are wanted",
    details: { field: "links" },
  });
}

/** Hosts of a variant by role, and the links of each client and server. */
interface Placement<L extends WiredLink> extends RoleHosts {
  /** Client after client, each with every server but itself. */
  readonly links: Ends<L>;
}

/** Where a variant runs. Throws OPTIONS_INVALID when the testbed has too few hosts or links for it. */
export function placementOf<L extends WiredLink>(
  wiring: Wiring<L>,
  variant: Measured,
): Placement<L> {
  const counts = hostCounts(variant);
  const count = linkCount(variant);
  if (!("peers" in counts) && hostTotal(counts) === 2) {
    const { client, server } = roleEnds(wiring);
    const pair = { client: client.host, server: server.host };
    return {
      clients: [pair.client],
      servers: [pair.server],
      links: pairEnds(wiring, pair, count),
    };
  }
  const hosts = roleHosts(wiring, counts);
  const [first, ...others] = hosts.clients.flatMap((client) =>
    hosts.servers
      .filter((server) => server !== client)
      .flatMap((server) => pairEnds(wiring, { client, server }, count)),
  );
  if (first !== undefined) return { ...hosts, links: [first, ...others] };
  throw hoststackError("OPTIONS_INVALID", "an experiment needs a client and a server", {
    details: { field: "hosts", counts },
  });
}
