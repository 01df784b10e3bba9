import type { TestbedFile } from "../file/schema.js";
import type { Link } from "../testbed.js";
import type { TrafficEnd, TrafficRisk, TrafficState } from "../traffic/traffic.js";
import { carriersOf } from "./interfaces.js";
import type { HostProbe } from "./probe.js";

/** What traffic is judged by. */
export interface TrafficParts {
  readonly file: TestbedFile;
  readonly links: readonly Link[];
  readonly probes: ReadonlyMap<string, HostProbe>;
  /** As `findPeers` tells it. */
  readonly unconfirmed: ReadonlyMap<string, string | undefined>;
  /** Allowed beside what the file allows. */
  readonly allow: readonly TrafficRisk[];
}

/** Whether two interfaces of a host share hardware, as a VLAN does with its card. */
function shares(nic: string, others: readonly string[], { interfaces }: HostProbe): boolean {
  const own = carriersOf(nic, interfaces);
  return others.some((other) => [...carriersOf(other, interfaces)].some((name) => own.has(name)));
}

function trafficEnd(link: Link, side: 0 | 1, parts: TrafficParts): TrafficEnd {
  const { host, nic } = link.ends[side];
  const probe = parts.probes.get(host);
  if (probe === undefined) throw new Error(`every host of a link is probed, also ${host}`);
  const speedBitsPerS = probe.hardware.get(nic)?.speedBitsPerS;
  const bySsh = parts.file.hosts[host]?.ssh !== undefined;
  const unconfirmed = parts.unconfirmed.get(`${link.name}/${host}`);
  return {
    host,
    nic,
    defaultRoute: shares(nic, probe.defaultRouteNics, probe),
    sshSession: bySsh && !probe.sshTold ? undefined : shares(nic, probe.sshNics, probe),
    ...(speedBitsPerS === undefined ? {} : { speedBitsPerS }),
    ...(unconfirmed === undefined ? {} : { unconfirmed }),
  };
}

/** What traffic between probed hosts must be judged by. */
export function trafficState(parts: TrafficParts): TrafficState {
  const { maxRateGbps, maxSeconds, allow = [] } = parts.file.traffic ?? {};
  const ends = (link: Link) => [trafficEnd(link, 0, parts), trafficEnd(link, 1, parts)] as const;
  return {
    links: new Map(parts.links.map((link) => [link.name, ends(link)])),
    ...(maxRateGbps === undefined ? {} : { maxBitsPerS: maxRateGbps * 1e9 }),
    ...(maxSeconds === undefined ? {} : { maxSeconds }),
    allow: new Set([...allow, ...parts.allow]),
  };
}
