import type { BatchCommand } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import type { Link } from "../testbed.js";
import type { Interface } from "./interfaces.js";
import type { HostProbe } from "./probe.js";

/**
 * Arguments: the interface, and the address of the peer. Where ICMP is filtered, the attempts last long
 * enough for the kernel to ask for the peer's hardware address anew.
 */
const peerScript = `
echo "route $(ip -o route get "$2" 2>&1 | head -n 1)"
command -v ping >/dev/null || echo mute
for attempt in 1 2 3; do
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
    /** All interfaces of that host. */
    readonly interfaces: readonly Interface[];
  };
}

/** The part of a hardware address that both ends see alike: of InfiniBand's 20 bytes the port's 16. */
const comparable = (mac: string): string => mac.toLowerCase().slice(mac.length > 17 ? 12 : 0);

const same = (one: string, other: string | undefined): boolean =>
  other !== undefined && comparable(one) === comparable(other);

/** Why the machine that answers for the peer's address is not the peer. */
function whyOther(seen: string, { peer }: PeerQuestion): string {
  const own = peer.interfaces.find(({ mac }) => same(seen, mac));
  const nic = `${peer.host}'s ${peer.nic}`;
  if (own === undefined) return `${seen} answers as ${peer.address}, but ${nic} is ${peer.mac}`;
  return `${peer.host}'s ${own.name} answers as ${peer.address} instead of ${nic}; sysctl net.ipv4.conf.all.arp_ignore=1 there stops that`;
}

/** Why the route to the peer is not the link. */
function whyRoute(route: string, { nic, peer }: PeerQuestion): string | undefined {
  const device = /\bdev (\S+)/.exec(route)?.[1];
  if (device === undefined) return `there is no route to ${peer.address}`;
  if (/^local\b/.test(route)) return `${peer.address} is an address of this host itself`;
  if (device !== nic) return `the route to ${peer.address} leaves by ${device}, not ${nic}`;
  const router = /\bvia (?:inet6? )?(\S+)/.exec(route)?.[1];
  if (router === undefined) return undefined;
  return `${peer.address} is behind the router ${router}, where any machine may answer`;
}

/**
 * Why a peer is not confirmed, from what the script printed; undefined when it is: it is reached
 * directly by the interface, and what answers there has the hardware address of the peer's interface.
 */
export function whyUnconfirmed(question: PeerQuestion, printed: string): string | undefined {
  const { peer } = question;
  const route = whyRoute(/^route (.*)$/m.exec(printed)?.[1] ?? "", question);
  if (route !== undefined) return route;
  const neighbour = /^neighbour (.*)$/m.exec(printed)?.[1] ?? "";
  const seen = /\blladdr ((?:[0-9a-f]{2}:)+[0-9a-f]{2})/i.exec(neighbour)?.[1];
  if (seen !== undefined && peer.mac !== undefined && !same(seen, peer.mac)) {
    return whyOther(seen, question);
  }
  const answered = /^answered$/m.test(printed);
  if (seen === undefined && answered && peer.mac !== undefined) {
    return `${peer.address} answers, but ${question.nic} knows no hardware address of it`;
  }
  const known = seen !== undefined && /\b(REACHABLE|PERMANENT)\b/.test(neighbour);
  if (known || answered) return undefined;
  if (/^mute$/m.test(printed)) return "there is no ping to ask it with (Debian: iputils-ping)";
  return `nothing answers as ${peer.address}`;
}

function question(link: Link, side: 0 | 1, probes: ReadonlyMap<string, HostProbe>): PeerQuestion {
  const { nic } = link.ends[side];
  const { host, nic: peerNic, addresses } = link.ends[side === 0 ? 1 : 0];
  const interfaces = probes.get(host)?.interfaces ?? [];
  const mac = interfaces.find(({ name }) => name === peerNic)?.mac;
  return { nic, peer: { host, nic: peerNic, address: addresses[0], mac, interfaces } };
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
    // links can share both interfaces, as those of a switch and of one pair on it do
    const wordsOf = ({ nic, peer }: PeerQuestion) => `${nic} ${peer.address}`;
    const different = new Map(own.map((one) => [wordsOf(one.question), one.question]));
    const commands = [...different.values()].map(
      ({ nic, peer }): BatchCommand => ({
        argv: ["sh", "-c", peerScript, "sh", nic, peer.address],
      }),
    );
    const printed = await host.batch(commands, signal === undefined ? {} : { signal });
    const answersTo = [...different.keys()];
    return own.map(({ key, question: about }) => {
      const { stdout = "" } = printed[answersTo.indexOf(wordsOf(about))] ?? {};
      return [key, whyUnconfirmed(about, stdout)] as const;
    });
  });
  return new Map((await Promise.all(answers)).flat());
}
