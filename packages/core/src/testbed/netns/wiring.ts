import { pairsOf } from "../embedded-hosts.js";
import type { HostNames, Link, Testbed } from "../testbed.js";

/** Length of the prefix of every link's network. */
export const prefixLength = 24;

/** Name of the data NIC of a link on every host. */
export const linkNic = (link: number): string => `lab${link}`;

/** Address of a host on a link, each link with a network of its own. */
export const linkAddress = (link: number, host: number): string => `10.77.${link}.${host + 1}`;

/** As many links as have networks of their own. */
export const mostLinks = 256;
/** As many hosts as one machine's bridge is for. */
export const mostHosts = 16;

/** How namespace hosts are joined. */
export interface Wiring {
  readonly mtuBytes: number;
  /** Two are joined by veth pairs, more by one bridge. @default 2 */
  readonly hosts?: number;
  /** How many veth pairs join two hosts. @default 1 */
  readonly links?: number;
}

/** The links of namespace hosts, before they are open and after: of more than two, one for each pair of them. */
export function netnsLinks(
  hosts: HostNames,
  { mtuBytes, links = 1 }: Pick<Wiring, "links" | "mtuBytes">,
): Testbed["links"] {
  const end = (host: string, link: number) =>
    ({
      host,
      nic: linkNic(link),
      addresses: [linkAddress(link, hosts.indexOf(host))],
    }) as const;
  const linkOf = ([one, other]: readonly [string, string], link: number): Link => ({
    name: `${one}-${other}${link === 0 ? "" : `-${link}`}`,
    mtuBytes,
    ends: [end(one, link), end(other, link)],
  });
  const [first, ...others] = pairsOf(hosts);
  const more = Array.from({ length: links - 1 }, (_, index) => linkOf(first, index + 1));
  return [linkOf(first, 0), ...others.map((pair) => linkOf(pair, 0)), ...more];
}
