import { openTestbed } from "@hoststack/core";
import type { Bench } from "../harness/bench.js";
import { child } from "../harness/child.js";

/** The same pair from the shell, as in every tutorial; removed by the last line. */
const pair = `
ip netns add "$1-a"
ip netns add "$1-b"
ip link add lab0 netns "$1-a" mtu 1500 type veth peer name lab0 netns "$1-b" mtu 1500
for end in a b; do
  ip -n "$1-$end" link set lo up
  [ $end = a ] && address=10.77.0.1/24 || address=10.77.0.2/24
  ip -n "$1-$end" address add $address dev lab0
  ip -n "$1-$end" link set lab0 up
done
`;
const removal = `ip netns delete "$1-a"; ip netns delete "$1-b"`;

/** Two network namespaces with a link. */
export const netns: Bench = {
  id: "B11",
  title: "A pair of network namespaces is ready",
  terms:
    "The peer makes the same two namespaces, veth pair, MTU and addresses with `ip` from one sh; ours has process and mount namespaces besides. Removal is not measured.",
  realTime: true,
  open: () => {
    const name = `hoststack-bench-${process.pid}`;
    const removed = child(["sh", "-c", removal, "sh", name]);
    const shell = async () => {
      await child(["sh", "-ec", pair, "sh", name])();
      return { [Symbol.asyncDispose]: async () => void (await removed()) };
    };
    const ours = () => openTestbed({ kind: "netns", hosts: ["a", "b"] });
    return Promise.resolve({
      comparisons: [
        { name: "netns pair ready : ip in one sh", ours, peer: shell, atMost: 1.5, pairs: 15 },
      ],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
};
