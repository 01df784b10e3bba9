/** How many hosts an experiment runs on, and what they are to each other. */
export type HostCounts =
  | { readonly clients: number; readonly servers: number }
  | {
      /** Hosts that are clients and servers at once, each to every other. */
      readonly peers: number;
    };

/** What of a variant tells its hosts and links. */
export interface Measured {
  readonly experiment: {
    hosts?(options: unknown): HostCounts;
    links?(options: unknown): number;
  };
  readonly options: unknown;
}

/** The hosts a variant runs on: a client and a server unless its experiment says otherwise. */
export const hostCounts = ({ experiment, options }: Measured): HostCounts =>
  experiment.hosts?.(options) ?? { clients: 1, servers: 1 };

/** How many hosts that are. */
export const hostTotal = (counts: HostCounts): number =>
  "peers" in counts ? counts.peers : counts.clients + counts.servers;

const numbered = (name: string, count: number): string[] =>
  count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

/**
 * Names of as many hosts as every one of some variants can run on: by their roles, and `host-1`, `host-2`, ... where a
 * host has different ones.
 */
export function hostNames(variants: readonly Measured[]): readonly [string, string, ...string[]] {
  const counts = variants.map(hostCounts);
  const most = Math.max(2, ...counts.map(hostTotal));
  const of = (role: "clients" | "servers") =>
    Math.max(1, ...counts.map((one) => ("peers" in one ? 0 : one[role])));
  const byRole = [...numbered("client", of("clients")), ...numbered("server", of("servers"))];
  const [first = "", second = "", ...others] =
    byRole.length === most ? byRole : numbered("host", most);
  return [first, second, ...others];
}
