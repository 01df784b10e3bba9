import type { Capability, MissingCapability } from "../testbed.js";

type Words = Readonly<Record<Capability, Pick<MissingCapability, "why" | "remedy">>>;

const netnsWords: Words = {
  "own-kernel": {
    why: "network namespaces run on this machine's kernel",
    remedy: "use --testbed vm, whose hosts run a kernel of their own",
  },
  rdma: {
    why: "network namespaces have no RDMA device of their own",
    remedy: "use --testbed vm, whose guests have SoftRoCE devices",
  },
  root: { why: "hoststack does not run as root here", remedy: "run as root" },
  "separate-machines": {
    why: "the hosts are network namespaces of this machine",
    remedy: "use --testbed vm, whose hosts are machines of their own",
  },
};

const guestWords: Words = {
  ...netnsWords,
  rdma: {
    why: "the guests' recipe brings up no RDMA device",
    remedy: "bring one up in the recipe of the guest and list it among its capabilities",
  },
};

const all = Object.keys(netnsWords) as Capability[];

/** Why an embedded testbed does not offer what is not among its capabilities. */
export function missingFromEmbedded(
  kind: "netns" | "vm",
  offered: ReadonlySet<Capability>,
  hosts: readonly string[],
): MissingCapability[] {
  const words = kind === "netns" ? netnsWords : guestWords;
  return all
    .filter((capability) => !offered.has(capability))
    .map((capability) => ({ capability, hosts, ...words[capability] }));
}
