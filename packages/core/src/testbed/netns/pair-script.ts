import type { Link, Testbed } from "../testbed.js";

/** Addresses of the two ends of a link, each link with a network of its own. */
export const pairAddresses = (link: number) => [`10.77.${link}.1`, `10.77.${link}.2`] as const;
const prefixLength = 24;

/** Name of the data NIC of a link on both hosts. */
const pairNic = (link: number): string => `lab${link}`;

/** As many links as have networks of their own. */
export const mostLinks = 256;

/** How the pair is joined. */
export interface Wiring {
  readonly mtuBytes: number;
  /** How many veth pairs. @default 1 */
  readonly links?: number;
}

/** The links of a pair, before it is open and after. */
export function pairLinks(
  [first, second]: readonly [string, string],
  { mtuBytes, links = 1 }: Wiring,
): Testbed["links"] {
  const link = (index: number): Link => {
    const [one, other] = pairAddresses(index);
    const nic = pairNic(index);
    const name = `${first}-${second}${index === 0 ? "" : `-${index}`}`;
    const end = (host: string, address: string) => ({ host, nic, addresses: [address] }) as const;
    return { name, mtuBytes, ends: [end(first, one), end(second, other)] };
  };
  return [link(0), ...Array.from({ length: links - 1 }, (_, index) => link(index + 1))];
}

/** First words of the lines the script says to its owner. */
export const pairWords = {
  /** Followed by the id of the process whose death ends everything. */
  keeper: "keeper",
  /** Followed by the ids of the hosts' first processes. */
  ready: "ready",
  failed: "failed",
  /** A host has ended. */
  gone: "gone",
} as const;

/**
 * First process of one host: says its id as the machine sees it while the machine's /proc is still in
 * place, then mounts what shows only this host, and reaps what is orphaned here.
 */
const hostScript = `
read -r pid rest </proc/self/stat
mount -t proc proc /proc || exit 1
mount -t sysfs sysfs /sys 2>/dev/null
echo "$0 $pid"
exec >/dev/null
sleep 2147483647 & wait
`;

/**
 * The keeper: first process of a process namespace of its own, in which the hosts' are nested, so that
 * its death is the death of everything. Hosts come up side by side; the veth pairs are made inside
 * them and never show on the machine. Its `$0` is the id of the process it dies with, which may have died before
 * the kernel was told so.
 */
export function pairScript({ mtuBytes, links = 1 }: Wiring): string {
  const numbers = Array.from({ length: links }, (_, link) => link);
  const lines = (each: (link: number) => string) => numbers.map(each).join("\n");
  const mtu = `mtu ${mtuBytes}`;
  const add = (link: number) => {
    const nic = `name ${pairNic(link)}`;
    return `link add ${nic} ${mtu} netns $a type veth peer ${nic} ${mtu} netns $b`;
  };
  const up = (end: 0 | 1) =>
    lines((link) => {
      const address = `${pairAddresses(link)[end]}/${prefixLength}`;
      return `address add ${address} dev ${pairNic(link)}\nlink set ${pairNic(link)} up`;
    });
  return `
read -r pid name state parent rest </proc/self/stat
[ "$parent" = "$0" ] || exit 1
echo "${pairWords.keeper} $pid"
exec 3>&1
fail() { echo ${pairWords.failed} >&3; exit 1; }
host() {
  unshare --net --mount --pid --fork --kill-child=SIGKILL sh -c '${hostScript}' "$1"
  echo ${pairWords.gone} >&3
}
configure() {
  nsenter --net="$1" ip -batch - <<end
link set lo up
$2
end
}
{ host 0 & host 1 & exec >/dev/null; wait; } | {
  read -r i p && eval "pid$i=$p" && read -r i p && eval "pid$i=$p" || fail
  a=/proc/$pid0/ns/net; b=/proc/$pid1/ns/net
  ip -batch - <<end || fail
${lines(add)}
end
  configure "$a" "${up(0)}" & other=$!
  configure "$b" "${up(1)}" && wait "$other" || fail
  echo "${pairWords.ready} $pid0 $pid1" >&3
}
`;
}
