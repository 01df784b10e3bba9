/** Addresses of the two ends of the link. */
export const pairAddresses = ["10.77.0.1", "10.77.0.2"] as const;
const prefixLength = 24;

/** Name of the data NIC on both hosts. */
export const pairNic = "lab0";

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
 * its death is the death of everything. Hosts come up side by side; the veth pair is made inside them
 * and never shows on the machine. Its `$0` is the id of the process it dies with, which may have died before
 * the kernel was told so.
 */
export function pairScript(mtuBytes: number): string {
  const mtu = `mtu ${mtuBytes}`;
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
address add $2/${prefixLength} dev ${pairNic}
link set ${pairNic} up
end
}
{ host 0 & host 1 & exec >/dev/null; wait; } | {
  read -r i p && eval "pid$i=$p" && read -r i p && eval "pid$i=$p" || fail
  a=/proc/$pid0/ns/net; b=/proc/$pid1/ns/net
  ip link add ${pairNic} ${mtu} netns "$a" type veth peer name ${pairNic} ${mtu} netns "$b" || fail
  configure "$a" ${pairAddresses[0]} & other=$!
  configure "$b" ${pairAddresses[1]} && wait "$other" || fail
  echo "${pairWords.ready} $pid0 $pid1" >&3
}
`;
}
