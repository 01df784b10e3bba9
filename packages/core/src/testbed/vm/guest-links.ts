import { pairsOf } from "../embedded-hosts.js";
import type { HostNames, Link, LinkEnd, Testbed } from "../testbed.js";
import { dataNic, guestIdentity } from "./guest-config.js";

/** As many guests as one computer is for. */
export const mostGuests = 8;

/** The links of guests, before they are open and after: of more than two, one for each pair of them. */
export function guestLinks(hosts: HostNames, mtuBytes: number): Testbed["links"] {
  const end = (host: string): LinkEnd => {
    const { dataAddress } = guestIdentity(host, hosts.indexOf(host));
    return { host, nic: dataNic, addresses: [dataAddress] };
  };
  const linkOf = ([one, other]: readonly [string, string]): Link => ({
    name: hosts.length === 2 ? "data" : `data-${one}-${other}`,
    mtuBytes,
    ends: [end(one), end(other)],
  });
  const [first, ...others] = pairsOf(hosts);
  return [linkOf(first), ...others.map(linkOf)];
}
