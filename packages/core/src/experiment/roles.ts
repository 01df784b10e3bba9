import { hoststackError } from "../errors/error.js";
import { type Answers, askFacts, type Facts } from "../facts/fact.js";
import type { Host } from "../host/host.js";
import type { Link, LinkEnd, Testbed } from "../testbed/testbed.js";
import type { RoleEnds, RoleView } from "./experiment.js";
import type { HostPart } from "./host-part.js";
import type { Variant } from "./variant.js";

/** The host of a testbed by its name. */
export function hostNamed(testbed: Testbed, name: string): Host {
  const host = testbed.hosts.find((one) => one.name === name);
  if (host !== undefined) return host;
  const names = testbed.hosts.map((one) => one.name).join(", ");
  throw hoststackError("OPTIONS_INVALID", `the testbed has no host "${name}", only ${names}`);
}

/** Answers to facts, asked once per host however many trials want them. */
export class FactCache {
  readonly #signal: AbortSignal;
  readonly #answers = new Map<Host, Map<Facts, Promise<unknown>>>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  answers<F extends Facts>(host: Host, facts: F): Promise<Answers<F>> {
    const own = this.#answers.get(host) ?? new Map<Facts, Promise<unknown>>();
    this.#answers.set(host, own);
    const known = own.get(facts) ?? askFacts(host, facts, this.#signal);
    own.set(facts, known);
    return known as Promise<Answers<F>>;
  }
}

const noFacts: Facts = {};

/** The ends of a link by role, when the roles that are given fit it. */
function endsOf(link: Link, roles: NonNullable<Testbed["roles"]>): RoleEnds | undefined {
  const [first, second] = link.ends;
  const fits = (client: LinkEnd, server: LinkEnd) =>
    (roles.client?.includes(client.host) ?? true) && (roles.server?.includes(server.host) ?? true);
  const namedOtherwise = first.host === "server" || second.host === "client";
  const orders = [[first, second] as const, [second, first] as const];
  for (const [client, server] of namedOtherwise ? orders.reverse() : orders) {
    if (fits(client, server)) return { client, server, link };
  }
  return undefined;
}

/**
 * Which ends are client and server: those of the first link that fits the testbed's roles; where these
 * leave a choice, the hosts of those names, else the link's order. Throws OPTIONS_INVALID when no link
 * fits.
 */
export function roleEnds({ links, roles = {} }: Pick<Testbed, "links" | "roles">): RoleEnds {
  for (const link of links) {
    const ends = endsOf(link, roles);
    if (ends !== undefined) return ends;
  }
  const wanted = Object.entries(roles).map(([role, hosts]) => `${hosts.join(", ")} as ${role}`);
  throw hoststackError("OPTIONS_INVALID", `no link of the testbed has ${wanted.join(" and ")}`, {
    remedy: `its links join ${links.map(({ ends }) => ends.map(({ host }) => host).join(" and ")).join("; ")}`,
    details: { field: "roles" },
  });
}

/** How many links a variant uses side by side. */
export const linkCount = ({
  experiment,
  options,
}: Pick<Variant, "experiment" | "options">): number => experiment.links?.(options) ?? 1;

/**
 * The first links that join the hosts of the roles, with their ends by role. Throws OPTIONS_INVALID when there are
 * fewer than wanted.
 */
export function linkEnds(
  testbed: Pick<Testbed, "links" | "roles">,
  count: number,
): readonly [RoleEnds, ...RoleEnds[]] {
  const first = roleEnds(testbed);
  const { client, server } = first;
  const roles = { client: [client.host], server: [server.host] };
  const others = testbed.links
    .filter((link) => link !== first.link)
    .flatMap((link) => endsOf(link, roles) ?? []);
  if (count <= others.length + 1) return [first, ...others.slice(0, count - 1)];
  const names = [first, ...others].map(({ link }) => link.name).join(", ");
  const text = `${count} links are wanted, but ${others.length + 1} join ${client.host} and ${server.host}: ${names}`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "choose fewer, or a testbed with more: the netns testbed makes as many as are wanted",
    details: { field: "links" },
  });
}

/** The hosts an experiment uses; others of the testbed are left alone. */
export function hostsInUse(testbed: Testbed): readonly Host[] {
  const { client, server } = roleEnds(testbed);
  return testbed.hosts.filter(({ name }) => name === client.host || name === server.host);
}

/** The hosts of a variant with the NICs they take part with, the client first. */
export function hostParts(
  testbed: Pick<Testbed, "links" | "roles">,
  variant: Pick<Variant, "experiment" | "options">,
): readonly HostPart[] {
  const links = linkEnds(testbed, linkCount(variant));
  return (["client", "server"] as const).map((role) => ({
    host: links[0][role].host,
    role,
    nics: links.map((ends) => ends[role].nic),
  }));
}

/** The hosts of a variant in their roles, with their answers to facts, and its links. */
export async function assignRoles(testbed: Testbed, cache: FactCache, variant: Variant) {
  const facts: Facts = variant.experiment.facts ?? noFacts;
  const links = linkEnds(testbed, linkCount(variant));
  const [{ client, server, link }] = links;
  const view = async (end: LinkEnd): Promise<RoleView<Facts>> => ({
    host: end.host,
    nic: end.nic,
    address: end.addresses[0],
    facts: await cache.answers(hostNamed(testbed, end.host), facts),
  });
  return { client: await view(client), server: await view(server), link, links };
}
