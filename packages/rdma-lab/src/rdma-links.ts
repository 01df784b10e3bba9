import { type Facts, hoststackError, type RoleView } from "@hoststack/core";
import { rdmaLinkParser } from "@hoststack/tools";

/** What the RDMA experiments ask each host: which RDMA device sits on which NIC. */
export const rdmaFacts = {
  rdmaLinks: {
    name: "rdma-links",
    argv: ["rdma", "-j", "link", "show"],
    parser: rdmaLinkParser,
  },
} as const satisfies Facts;

/** Facts as answered: see `rdmaFacts`. */
export type RdmaFacts = typeof rdmaFacts;

/** The active RDMA device on a host's data NIC. Throws CAPABILITY_MISSING when there is none. */
export function rdmaDeviceOf(role: RoleView<RdmaFacts>): string {
  const links = role.facts.rdmaLinks.filter((link) => link.netdev === role.nic);
  const active = links.find((link) => link.state === "ACTIVE");
  if (active !== undefined) return active.ifname;
  const seen = links[0] === undefined ? "none" : `only ${links[0].ifname}, ${links[0].state}`;
  throw hoststackError(
    "CAPABILITY_MISSING",
    `${role.host} has no active RDMA device on ${role.nic}: ${seen}`,
    { remedy: `rdma link add rxe0 type rxe netdev ${role.nic} makes a SoftRoCE device` },
  );
}
