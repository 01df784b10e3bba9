import { hoststackError } from "../errors/error.js";
import { type Answers, askFacts, type Facts } from "../facts/fact.js";
import type { Host } from "../host/host.js";
import type { Link, LinkEnd, Testbed } from "../testbed/testbed.js";
import type { RoleView } from "./experiment.js";

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

/** The hosts at both ends of a link as client and server: by name, else in the link's order. */
export async function assignRoles(
  testbed: Testbed,
  cache: FactCache,
  facts: Facts = noFacts,
): Promise<{ client: RoleView<Facts>; server: RoleView<Facts>; link: Link }> {
  const link = testbed.links[0];
  const view = async (end: LinkEnd): Promise<RoleView<Facts>> => ({
    host: end.host,
    nic: end.nic,
    address: end.addresses[0],
    facts: await cache.answers(hostNamed(testbed, end.host), facts),
  });
  const [first, second] = link.ends;
  const serverFirst = first.host === "server" || second.host === "client";
  const [client, server] = serverFirst ? [second, first] : [first, second];
  return { client: await view(client), server: await view(server), link };
}
