import type { HostProbe } from "../ssh/probe.js";
import type { Capability, Link, MissingCapability } from "../testbed.js";

/** A host as its capabilities are judged. */
export interface ProbedHost {
  readonly name: string;
  readonly probe: HostProbe;
  /** Id of its machine. */
  readonly machine: string;
  /** It is reached without SSH. */
  readonly local: boolean;
  /** Its kernel is the one hoststack itself runs on, however it is reached. */
  readonly controller: boolean;
}

type Missing = Pick<MissingCapability, "besides" | "remedy" | "why">;

function noRoot({ name, probe, local }: ProbedHost): Missing | undefined {
  if (probe.user.root) return undefined;
  const why = `commands on ${name} run as ${probe.user.name}`;
  if (local) return { why, remedy: "run hoststack as root" };
  return { why, remedy: "log in as root, or write sudo: true beside its destination" };
}

function noRdma({ name, probe }: ProbedHost, links: readonly Link[]): Missing | undefined {
  const nics = links.flatMap(({ ends }) =>
    ends.filter(({ host }) => host === name).map(({ nic }) => nic),
  );
  const [nic] = nics;
  // a host without a link takes part in nothing that needs RDMA
  if (nic === undefined) return undefined;
  const ports = probe.rdma.filter((port) => port.nic !== undefined && nics.includes(port.nic));
  if (ports.some(({ state }) => state === "ACTIVE")) return undefined;
  const [port] = ports;
  const remedy = `load the driver of ${nic}, or make a SoftRoCE device: rdma link add rxe0 type rxe netdev ${nic}`;
  if (port !== undefined) {
    const why = `the RDMA device ${port.device} on ${name}'s ${port.nic} is ${port.state}`;
    return { why, remedy: `bring up ${port.nic} and what it is connected to` };
  }
  const others = probe.rdma.map(({ device, nic: on }) => `${device} on ${on ?? "no interface"}`);
  const has = others.length === 0 ? "" : ` (it has ${others.join(", ")})`;
  return { why: `${name} has no RDMA device on ${nics.join(" or ")}${has}`, remedy };
}

function sharesMachine(host: ProbedHost, hosts: readonly ProbedHost[]): Missing | undefined {
  const others = hosts.filter((other) => other !== host && other.machine === host.machine);
  if (others.length === 0) return undefined;
  const names = others.map(({ name }) => name);
  return {
    besides: names,
    why: `${host.name} is the same machine as ${names.join(" and ")} (${host.machine})`,
    remedy: "name hosts that are different machines",
  };
}

function noOwnKernel(host: ProbedHost, hosts: readonly ProbedHost[]): Missing | undefined {
  if (!host.controller) return sharesMachine(host, hosts);
  const why = `${host.name} is the machine hoststack runs on`;
  return { why, remedy: "run hoststack on another machine and reach this one over SSH" };
}

/** What probed hosts offer together, and what is missing on which of them. */
export function capabilitiesOf(hosts: readonly ProbedHost[], links: readonly Link[]) {
  const judges: Readonly<Record<Capability, (host: ProbedHost) => Missing | undefined>> = {
    "own-kernel": (host) => noOwnKernel(host, hosts),
    rdma: (host) => noRdma(host, links),
    root: noRoot,
    "separate-machines": (host) => sharesMachine(host, hosts),
  };
  const missing = Object.entries(judges).flatMap(([capability, judge]) =>
    hosts.flatMap((host): MissingCapability[] => {
      const found = judge(host);
      if (found === undefined) return [];
      return [{ capability: capability as Capability, hosts: [host.name], ...found }];
    }),
  );
  const all = Object.keys(judges) as Capability[];
  const capabilities = new Set(
    all.filter((capability) => !missing.some((one) => one.capability === capability)),
  );
  return { capabilities, missing };
}
