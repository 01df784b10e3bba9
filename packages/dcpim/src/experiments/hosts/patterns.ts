import type { FeatureEvidence } from "@hoststack/core";
import { z } from "zod";
import { hostFlowOptions, hostOption } from "./options.js";
import { overHosts } from "./over-hosts.js";

/** Seen between three guests or four, beside what no guest has. */
const inGuests: readonly FeatureEvidence[] = [
  { feature: "dcPIM and TCP over several hosts", level: "guest" },
  { feature: "profile of CloudLab's hosts", level: "plan only" },
  { feature: "hosts of a testbed file", level: "plan only" },
];

const hosts = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** Client k sends to server k. */
export const permutation = overHosts({
  name: "permutation",
  summary: "bulk flows of several hosts, each client to a server of its own",
  options: z.strictObject({
    servers: hostOption(2, 7, "servers, and as many clients"),
    ...hostFlowOptions,
  }),
  pattern: ({ servers }) => ({ kind: "permutation", pairs: servers }),
  words: ({ servers }) => `permutation of ${hosts(servers, "pair")}`,
  evidence: inGuests,
});

/** Every client sends to every server. */
export const allToAll = overHosts({
  name: "all-to-all",
  summary: "bulk flows of several hosts, every client to every server",
  options: z.strictObject({
    clients: hostOption(2, 14, "hosts that send"),
    servers: hostOption(2, 14, "hosts that receive"),
    ...hostFlowOptions,
  }),
  pattern: ({ clients, servers }) => ({ kind: "all-to-all", clients, servers }),
  words: ({ clients, servers }) =>
    `all-to-all, ${hosts(clients, "client")} to ${hosts(servers, "server")}`,
  evidence: inGuests,
});

/** Every host sends to every other; upstream's `a2a_real`. */
export const allToAllPeers = overHosts({
  name: "all-to-all-peers",
  summary: "bulk flows of several hosts, each to every other",
  options: z.strictObject({
    peers: z.int().min(2).max(15).default(3).describe("hosts that send and receive"),
    ...hostFlowOptions,
  }),
  pattern: ({ peers }) => ({ kind: "peers", peers }),
  words: ({ peers }) => `all-to-all among ${hosts(peers, "host")}`,
  evidence: inGuests,
});

/** Several clients send to one server. */
export const incastHosts = overHosts({
  name: "incast-hosts",
  summary: "bulk flows of several hosts into one",
  options: z.strictObject({
    clients: hostOption(2, 14, "hosts that send"),
    ...hostFlowOptions,
  }),
  pattern: ({ clients }) => ({ kind: "all-to-all", clients, servers: 1 }),
  words: ({ clients }) => `incast, ${hosts(clients, "client")} to one server`,
  evidence: inGuests,
});
