import { linkAddress, linkNic, prefixLength, type Wiring } from "./wiring.js";

/** First words of the lines the script says to its owner. */
export const keeperWords = {
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

/** Where the namespace of a host is found, for the shell of the keeper. */
const netnsOf = (host: number): string => `/proc/$pid${host}/ns/net`;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Makes the veth pairs of two hosts inside them. */
function pairCommands({ mtuBytes, links }: Required<Wiring>): string {
  const mtu = `mtu ${mtuBytes}`;
  const add = (link: number) => {
    const nic = `name ${linkNic(link)}`;
    return `link add ${nic} ${mtu} netns ${netnsOf(0)} type veth peer ${nic} ${mtu} netns ${netnsOf(1)}`;
  };
  return numbers(links).map(add).join("\n");
}

/**
 * Makes a bridge in the keeper's own namespace with a port for each host. It has no address, runs no spanning tree and
 * hands no packet to firewalls; its MTU is that of its ports.
 */
function switchCommands({ mtuBytes, hosts }: Required<Wiring>): string {
  const mtu = `mtu ${mtuBytes}`;
  const port = (host: number) =>
    `link add name port${host} ${mtu} master switch up type veth peer name ${linkNic(0)} ${mtu} netns ${netnsOf(host)}`;
  const plain = "stp_state 0 forward_delay 0 mcast_snooping 0";
  return [
    `link add name switch type bridge ${plain}`,
    ...numbers(hosts).map(port),
    "link set switch up",
  ].join("\n");
}

/**
 * Keeps the bridge's packets from the firewalls of IP, which may be told to see them in every new namespace, and the
 * bridge and its ports from sending packets of IPv6 themselves. Kernels have neither file as they please.
 */
const quietSwitch = `
  for file in /proc/sys/net/bridge/bridge-nf-call-*; do
    [ ! -e "$file" ] || echo 0 >"$file" || fail
  done
  file=/proc/sys/net/ipv6/conf/default/disable_ipv6
  [ ! -e "$file" ] || echo 1 >"$file" || fail`;

/** What is set up within a host once it has its NICs. */
function hostCommands({ links }: Required<Wiring>, host: number): string {
  const lines = numbers(links).map((link) => {
    const address = `${linkAddress(link, host)}/${prefixLength}`;
    return `address add ${address} dev ${linkNic(link)}\nlink set ${linkNic(link)} up`;
  });
  return lines.join("\n");
}

/** Sets up all hosts side by side; fails when one cannot be. */
function configureAll(wiring: Required<Wiring>): string {
  const configure = (host: number) =>
    `configure "${netnsOf(host)}" "${hostCommands(wiring, host)}"`;
  const last = wiring.hosts - 1;
  const others = numbers(last);
  const started = others.map((host) => `${configure(host)} & job${host}=$!`);
  const ended = [configure(last), ...others.map((host) => `wait "$job${host}"`)].join(" && ");
  return [...started, ended].join("\n  ");
}

/**
 * The keeper: first process of a process namespace of its own, in which the hosts' are nested, so that
 * its death is the death of everything. Hosts come up side by side; what joins them is made inside
 * them, or in the keeper's own namespace, and never shows on the machine. Its `$0` is the id of the process it dies
 * with, which may have died before the kernel was told so.
 */
export function keeperScript({ mtuBytes, hosts: count = 2, links = 1 }: Wiring): string {
  const wiring = { mtuBytes, hosts: count, links };
  const hosts = numbers(wiring.hosts);
  const pair = wiring.hosts === 2;
  return `
read -r pid name state parent rest </proc/self/stat
[ "$parent" = "$0" ] || exit 1
echo "${keeperWords.keeper} $pid"
exec 3>&1
fail() { echo ${keeperWords.failed} >&3; exit 1; }
host() {
  unshare --net --mount --pid --fork --kill-child=SIGKILL sh -c '${hostScript}' "$1"
  echo ${keeperWords.gone} >&3
}
configure() {
  nsenter --net="$1" ip -batch - <<end
link set lo up
$2
end
}
{ ${hosts.map((host) => `host ${host} &`).join(" ")} exec >/dev/null; wait; } | {
  ${hosts.map(() => 'read -r i p && eval "pid$i=$p"').join(" && ")} || fail${pair ? "" : quietSwitch}
  ip -batch - <<end || fail
${pair ? pairCommands(wiring) : switchCommands(wiring)}
end
  ${configureAll(wiring)} || fail
  echo "${keeperWords.ready} ${hosts.map((host) => `$pid${host}`).join(" ")}" >&3
}
`;
}
