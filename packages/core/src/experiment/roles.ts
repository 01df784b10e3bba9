import { hoststackError } from "../errors/error.js";
import { type Answers, askFacts, type Facts } from "../facts/fact.js";
import type { Host } from "../host/host.js";
import type { LinkEnd, Role, Testbed } from "../testbed/testbed.js";
import type { WiredLink, Wiring } from "./assign-hosts.js";
import type { RoleEnds, RoleView } from "./experiment.js";
import type { Measured } from "./host-counts.js";
import type { HostPart } from "./host-part.js";
import { type Ends, placementOf } from "./placement.js";
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

/** What an experiment asks of its hosts. */
export const factsOf = ({ experiment }: Pick<Variant, "experiment">): Facts =>
  experiment.facts ?? noFacts;

/** What runs where nothing is said: a client and a server, on one link. */
const plainPair: Measured = { experiment: {}, options: {} };

/** The ends of a host in a role, each NIC once. */
function endsInRole<L extends WiredLink>(
  links: readonly RoleEnds<L>[],
  role: Role,
  host: string,
): L["ends"][number][] {
  const own = links.map((ends) => ends[role]).filter((end) => end.host === host);
  return [...new Map(own.map((end) => [end.nic, end])).values()];
}

/** Hosts as an experiment sees them, before they are asked anything. */
interface RolePlaces {
  readonly clients: readonly LinkEnd[];
  readonly servers: readonly LinkEnd[];
  readonly links: Ends;
}

/** The hosts of a variant with the ends of their first links. Throws as `placementOf`. */
export function rolePlaces(wiring: Wiring, variant: Measured): RolePlaces {
  const { clients, servers, links } = placementOf(wiring, variant);
  const first = (role: Role, host: string) => endsInRole(links, role, host).slice(0, 1);
  return {
    clients: clients.flatMap((host) => first("client", host)),
    servers: servers.flatMap((host) => first("server", host)),
    links,
  };
}

/** What a host is to some variants. */
interface HostPlace {
  readonly role: Role;
  /** On the first link it takes part with. */
  readonly end: LinkEnd;
}

/** The hosts some variants use by their names, as the first of these does; a client and a server where there is none. */
export function hostPlaces(
  wiring: Wiring,
  variants: readonly Measured[],
): ReadonlyMap<string, HostPlace> {
  const found = new Map<string, HostPlace>();
  for (const variant of variants.length === 0 ? [plainPair] : variants) {
    const { clients, servers } = rolePlaces(wiring, variant);
    const told = (role: Role) => (end: LinkEnd) => ({ role, end });
    for (const place of [...clients.map(told("client")), ...servers.map(told("server"))]) {
      if (!found.has(place.end.host)) found.set(place.end.host, place);
    }
  }
  return found;
}

/** The hosts some variants use; others of the testbed are left alone. */
export function hostsInUse(testbed: Testbed, variants: readonly Measured[]): readonly Host[] {
  const places = hostPlaces(testbed, variants);
  return testbed.hosts.filter(({ name }) => places.has(name));
}

/** The hosts of a variant with the NICs they take part with, each once, clients first. */
export function hostParts(wiring: Wiring<WiredLink>, variant: Measured): readonly HostPart[] {
  const { clients, servers, links } = placementOf(wiring, variant);
  const part = (role: Role, host: string, index: number): HostPart => {
    const both = clients.includes(host) && servers.includes(host);
    const nics = endsInRole(links, role, host).map(({ nic }) => nic);
    return { host, role, roles: both ? ["client", "server"] : [role], index, nics };
  };
  return [
    ...clients.map((host, index) => part("client", host, index)),
    ...servers.flatMap((host, index) =>
      clients.includes(host) ? [] : [part("server", host, index)],
    ),
  ];
}

/** The hosts of a variant in their roles, with their answers to facts, and its links. */
export async function assignRoles(testbed: Testbed, cache: FactCache, variant: Variant) {
  const facts = factsOf(variant);
  const { clients, servers, links } = rolePlaces(testbed, variant);
  const view = async (end: LinkEnd): Promise<RoleView<Facts>> => ({
    host: end.host,
    nic: end.nic,
    address: end.addresses[0],
    facts: await cache.answers(hostNamed(testbed, end.host), facts),
  });
  const views = await Promise.all([clients, servers].map((ends) => Promise.all(ends.map(view))));
  return rolesOf(views[0] ?? [], views[1] ?? [], links);
}

/** What an experiment is told of its hosts; `client` and `server` are the first of each. */
export function rolesOf<F extends Facts>(
  clients: readonly RoleView<F>[],
  servers: readonly RoleView<F>[],
  links: Ends,
) {
  const [client, server] = [clients[0], servers[0]];
  if (client === undefined || server === undefined) throw new Error("a placement has both roles");
  return { client, server, clients, servers, link: links[0].link, links };
}
