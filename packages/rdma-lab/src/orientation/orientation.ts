import {
  type IbvDevice,
  ibvDevinfoParser,
  ipAddressParser,
  lscpuParser,
  lscpuTopologyParser,
  type RdmaLink,
  rdmaLinkParser,
} from "@hoststack/tools";
import { type NicState, parseNics } from "./nics.js";
import type { Sections } from "./sections.js";

/** The RDMA device on top of an interface. */
interface RdmaPort {
  readonly device: string;
  readonly port: number;
  /** `ACTIVE`, `DOWN` … */
  readonly state: string;
  /** Of packets, which follows the MTU of the interface. */
  readonly activeMtuBytes?: number;
  readonly linkLayer?: string;
  readonly firmware?: string;
}

/** A network interface as exercise 1 of the lab asks for it. */
export interface NicOrientation extends NicState {
  readonly state: "connected" | "no carrier" | "down";
  readonly mtuBytes: number;
  readonly addresses: readonly string[];
  /** Absent for an interface that has no RDMA. */
  readonly rdma?: RdmaPort;
}

/** Processors of a host. */
export interface CpuOrientation {
  readonly model?: string;
  readonly hypervisor?: string;
  /** Packages that hold CPUs which are online. */
  readonly sockets: number;
  readonly physicalCores: number;
  /** CPUs as the kernel counts them; those of one core share its units. */
  readonly hardwareThreads: number;
  readonly memory: "UMA" | "NUMA";
  /** CPUs by NUMA node. */
  readonly nodes: readonly { readonly node: number; readonly cpus: readonly number[] }[];
}

/** A host as exercise 1 of the lab asks for it. */
export interface HostOrientation {
  readonly host: string;
  /** Name of the interface at its end of the link. */
  readonly dataNic: string;
  /** All but loopback. */
  readonly nics: readonly NicOrientation[];
  readonly cpus: CpuOrientation;
}

function rdmaOf(link: RdmaLink, devices: readonly IbvDevice[]): RdmaPort {
  const device = devices.find((one) => one.device === link.ifname);
  const port = device?.ports.find((one) => one.port === link.port);
  return {
    device: link.ifname,
    port: link.port,
    state: link.state,
    ...(port?.activeMtuBytes === undefined ? {} : { activeMtuBytes: port.activeMtuBytes }),
    ...(port?.linkLayer === undefined ? {} : { linkLayer: port.linkLayer }),
    ...(device?.firmware === undefined ? {} : { firmware: device.firmware }),
  };
}

function readNics(sections: Sections): NicOrientation[] {
  const text = (name: string) => sections.get(name) ?? "";
  const has = (name: string) => text(name).trim() !== "";
  const links = has("rdma-link") ? rdmaLinkParser.parse(text("rdma-link")) : [];
  const devices = has("devinfo") ? ibvDevinfoParser.parse(text("devinfo")) : [];
  const states = new Map(parseNics(text("nics")).map((nic) => [nic.name, nic]));
  return ipAddressParser.parse(text("address")).flatMap((nic): NicOrientation[] => {
    const state = states.get(nic.ifname);
    if (nic.flags.includes("LOOPBACK") || state === undefined) return [];
    const link = links.find(({ netdev }) => netdev === nic.ifname);
    const up = nic.flags.includes("UP");
    return [
      {
        ...state,
        state: !up ? "down" : nic.flags.includes("NO-CARRIER") ? "no carrier" : "connected",
        mtuBytes: nic.mtu,
        addresses: nic.addr_info.flatMap(({ local }) => local ?? []),
        ...(link === undefined ? {} : { rdma: rdmaOf(link, devices) }),
      },
    ];
  });
}

function readCpus(sections: Sections): CpuOrientation {
  const { model, hypervisor } = lscpuParser.parse(sections.get("lscpu") ?? "");
  const all = lscpuTopologyParser.parse(sections.get("topology") ?? "").cpus;
  const online = all.filter((one) => one.online);
  const distinct = (key: (one: (typeof online)[number]) => string) => new Set(online.map(key)).size;
  const nodes = [...new Set(online.map(({ node = 0 }) => node))].sort((a, b) => a - b);
  return {
    ...(model === undefined ? {} : { model }),
    ...(hypervisor === undefined ? {} : { hypervisor }),
    sockets: distinct(({ socket }) => String(socket)),
    physicalCores: distinct(({ socket, core }) => `${socket}:${core}`),
    hardwareThreads: online.length,
    memory: nodes.length > 1 ? "NUMA" : "UMA",
    nodes: nodes.map((node) => ({
      node,
      cpus: online.filter((one) => (one.node ?? 0) === node).map(({ cpu }) => cpu),
    })),
  };
}

/** Reads what the orientation script printed on a host. Throws PARSE_FAILED. */
export function readOrientation(sections: Sections): HostOrientation {
  const [host = "", dataNic = ""] = (sections.get("asked") ?? "").split("\n");
  return { host, dataNic, nics: readNics(sections), cpus: readCpus(sections) };
}
