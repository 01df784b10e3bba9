import type { BatchCommand } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import type { Link } from "../testbed.js";
import type { HostProbe } from "./probe.js";

/** Arguments: the interface, and the address of the peer. */
const peerScript = `
echo "route $(ip -o route get "$2" 2>&1 | head -n 1)"
for attempt in 1 2; do
  ping -c 1 -W 2 "$2" >/dev/null 2>&1 && { echo answered; break; }
done
echo "neighbour $(ip neigh show to "$2" dev "$1" 2>/dev/null | head -n 1)"
`;

/** One end that looks for the other. */
export interface PeerQuestion {
  readonly nic: string;
  readonly peer: {
    readonly host: string;
    readonly nic: string;
    readonly address: string;
    readonly mac: string | undefined;
  };
}

/** The part of a hardware address that both ends see alike: of InfiniBand's 20 bytes the port's 16. */
const comparable = (mac: string): string => mac.toLowerCase().slice(mac.length > 17 ? 12 : 0);

/**
 * Why a peer is not confirmed, from what the script printed; undefined when it is: it is reached
 * directly by the interface, and what answers there has the hardware address of the peer's interface.
 */
export function whyUnconfirmed({ nic, peer }: PeerQuestion, printed: string): string | undefined {
  const route = /^route (.*)$/m.exec(printed)?.[1] ?? "";
  const device = /\bdev (\S+)/.exec(route)?.[1];
  if (device === undefined) return `there is no route to ${peer.address}`;
  if (/^local\b/.test(route)) return `${peer.address} is an address of this host itself`;
  if (device !== nic) return `the route to ${peer.address} leaves by ${device}, not ${nic}`;
  const router = /\bvia (?:inet6? )?(\S+)/.exec(route)?.[1];
  if (router !== undefined) {
    return `${peer.address} is behind the router ${router}, where any machine may answer`;
  }
  const seen = /^neighbour .*\blladdr ((?:[0-9a-f]{2}:)+[0-9a-f]{2})/im.exec(printed)?.[1];
  if (seen !== undefined && peer.mac !== undefined) {
    if (comparable(seen) === comparable(peer.mac)) return undefined;
    return `${seen} answers as ${peer.address}, but ${peer.host}'s ${peer.nic} is ${peer.mac}`;
  }
  return /^answered$/m.test(printed) ? undefined : `nothing answers as ${peer.address}`;
}

function question(link: Link, side: 0 | 1, probes: ReadonlyMap<string, HostProbe>): PeerQuestion {
  const { nic } = link.ends[side];
  const { host, nic: peerNic, addresses } = link.ends[side === 0 ? 1 : 0];
  const mac = probes.get(host)?.interfaces.find(({ name }) => name === peerNic)?.mac;
  return { nic, peer: { host, nic: peerNic, address: addresses[0], mac } };
}

/**
 * Looks from both ends of every link for the other, one exchange per host. The answer of an end is
 * under `<link>/<host>`; undefined when its peer is confirmed.
 */
export async function findPeers(
  links: readonly Link[],
  hosts: ReadonlyMap<string, { readonly host: Host; readonly probe: HostProbe }>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined>> {
  const probes = new Map([...hosts].map(([name, { probe }]) => [name, probe]));
  const asked = links.flatMap((link) =>
    ([0, 1] as const).map((side) => ({
      key: `${link.name}/${link.ends[side].host}`,
      host: link.ends[side].host,
      question: question(link, side, probes),
    })),
  );
  const answers = [...hosts].map(async ([name, { host }]) => {
    const own = asked.filter((one) => one.host === name);
    if (own.length === 0) return [];
    const commands = own.map(
      ({ question: { nic, peer } }): BatchCommand => ({
        argv: ["sh", "-c", peerScript, "sh", nic, peer.address],
      }),
    );
    const printed = await host.batch(commands, signal === undefined ? {} : { signal });
    return own.map(({ key, question: about }, index) => {
      return [key, whyUnconfirmed(about, printed[index]?.stdout ?? "")] as const;
    });
  });
  return new Map((await Promise.all(answers)).flat());
}
