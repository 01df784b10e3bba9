import { runChild } from "../harness/child.js";

/** A link of a given rate to a network namespace on this machine. */
export interface ShapedLink extends AsyncDisposable {
  /** The namespace, as `ip netns` calls it. */
  readonly namespace: string;
  /** Of the far end, in the namespace. */
  readonly address: string;
}

/** RFC 2544 sets these apart for measurements. */
const [near, far] = ["198.18.77.1", "198.18.77.2"];

/** Both ends of a veth pair send no faster; a burst is what a queue of 128 KiB lets through at once. */
const makeScript = `
set -e
ip netns add "$1"
ip link add "$2" type veth peer name far netns "$1"
ip addr add "$3/30" dev "$2"
ip -n "$1" addr add "$4/30" dev far
ip link set "$2" up
ip -n "$1" link set far up
ip -n "$1" link set lo up
tc qdisc add dev "$2" root tbf rate "$5" burst 128k latency 50ms
tc -n "$1" qdisc add dev far root tbf rate "$5" burst 128k latency 50ms
`;

/** Makes a link whose both directions carry `rateGbps`; the namespace goes with it. */
export async function openShapedLink(rateGbps: number): Promise<ShapedLink> {
  const namespace = `hsbench-${process.pid}`;
  const args = [namespace, `hsb${process.pid}`, near, far, `${rateGbps}gbit`];
  // the pair goes with the namespace that holds one end
  const remove = () => runChild(["ip", "netns", "del", namespace]);
  try {
    await runChild(["sh", "-c", makeScript, "sh", ...args]);
  } catch (error) {
    await remove().catch(() => {});
    throw error;
  }
  return { namespace, address: far, [Symbol.asyncDispose]: async () => void (await remove()) };
}
