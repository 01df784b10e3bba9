import { type HostCounts, hostTotal } from "@hoststack/core";
import { clusterPort } from "../../steering/plans.js";

/** Which hosts send to which, and how many of each there are. */
export type HostPattern =
  | {
      readonly kind: "all-to-all";
      readonly clients: number;
      readonly servers: number;
    }
  | {
      /** Client k sends to server k. */
      readonly kind: "permutation";
      readonly pairs: number;
    }
  | {
      /** All of them send to each other. */
      readonly kind: "peers";
      readonly peers: number;
    };

/** The hosts a pattern takes. */
export function countsOf(pattern: HostPattern): HostCounts {
  if (pattern.kind === "peers") return { peers: pattern.peers };
  if (pattern.kind === "permutation") return { clients: pattern.pairs, servers: pattern.pairs };
  return { clients: pattern.clients, servers: pattern.servers };
}

/** How many hosts that are. */
export const hostsOf = (pattern: HostPattern): number => hostTotal(countsOf(pattern));

/** Number of a host in ports and steering rules, from 1: servers before clients, as upstream's scripts count them. */
export function hostNumber(pattern: HostPattern, role: "client" | "server", index: number): number {
  const counts = countsOf(pattern);
  return "peers" in counts || role === "server" ? index + 1 : counts.servers + index + 1;
}

/** One flow between two hosts. */
export interface HostFlow {
  /** Names its processes: `s1-c3-f0`. */
  readonly id: string;
  /** Place of its client among the clients, from 0. */
  readonly client: number;
  /** Place of its server among the servers, from 0. */
  readonly server: number;
  /** From 0, among those of the same two hosts. */
  readonly flow: number;
  /** The same at both ends. */
  readonly port: number;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Clients and servers that send to each other. */
function pairsOf(pattern: HostPattern): { readonly client: number; readonly server: number }[] {
  if (pattern.kind === "permutation") {
    return upTo(pattern.pairs).map((index) => ({ client: index, server: index }));
  }
  const [clients, servers] =
    pattern.kind === "peers" ? [pattern.peers, pattern.peers] : [pattern.clients, pattern.servers];
  return upTo(clients).flatMap((client) =>
    upTo(servers).flatMap((server) =>
      // dcPIM panics the kernel of a host that connects to itself
      pattern.kind === "peers" && client === server ? [] : [{ client, server }],
    ),
  );
}

/**
 * All flows of a pattern, each with a port of its own. Throws OPTIONS_INVALID where hosts or flows are so many that ports
 * of two would be the same.
 */
export function hostFlows(pattern: HostPattern, flows: number): readonly HostFlow[] {
  return pairsOf(pattern).flatMap(({ client, server }) => {
    const from = hostNumber(pattern, "client", client);
    const to = hostNumber(pattern, "server", server);
    return upTo(flows).map((flow) => ({
      ...{ id: `s${to}-c${from}-f${flow}`, client, server, flow },
      port: clusterPort(to, from, flow),
    }));
  });
}
