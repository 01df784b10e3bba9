import type { Evidence, Link } from "../testbed.js";

/** What a host turned out to be. */
export interface HostNature {
  /** Id of its machine. */
  readonly machine: string;
  readonly virtual: boolean;
}

type Natures = ReadonlyMap<string, HostNature>;

const natureOf = (link: Link, hosts: Natures) =>
  link.ends.map(({ host }) => ({ host, nature: hosts.get(host) }));

/** Both ends run on one kernel. */
const isOneMachine = (link: Link, hosts: Natures): boolean => {
  const [first, second] = natureOf(link, hosts);
  return first?.nature?.machine === second?.nature?.machine;
};

const virtualEnds = (links: readonly Link[], hosts: Natures): string[] => {
  const ends = links.flatMap((link) => natureOf(link, hosts));
  return [...new Set(ends.filter(({ nature }) => nature?.virtual).map(({ host }) => host))];
};

/** What figures of these hosts are, where the testbed file does not say it: the least of what was found. */
export function foundEvidence(hosts: Natures, links: readonly Link[]): Evidence {
  if (links.some((link) => isOneMachine(link, hosts))) return "namespace";
  return virtualEnds(links, hosts).length > 0 ? "guest" : "hardware";
}

/** What contradicts or qualifies the evidence the file states. */
export function noticesOf(
  stated: Evidence | undefined,
  hosts: Natures,
  links: readonly Link[],
): string[] {
  const shared = links
    .filter((link) => isOneMachine(link, hosts))
    .map(({ name, ends }) => {
      const names = ends.map(({ host }) => host).join(" and ");
      return `${names} of link ${name} are one machine: they share its kernel and CPUs`;
    });
  const virtual = virtualEnds(links, hosts);
  if (stated !== "hardware" || virtual.length === 0) return shared;
  const are = virtual.length === 1 ? "is a virtual machine" : "are virtual machines";
  return [...shared, `${virtual.join(" and ")} ${are}, while the testbed file says hardware`];
}
