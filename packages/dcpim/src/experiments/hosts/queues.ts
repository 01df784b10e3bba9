import { clusterQueues } from "../../steering/plans.js";
import { type HostFlow, type HostPattern, hostNumber, hostsOf } from "./flow-plan.js";

/** Peers have queues for each other host, as in upstream's `a2a_real`; in the other patterns all hosts share 16. */
export const queueSharing = (pattern: HostPattern) =>
  pattern.kind === "peers" ? "apart" : "shared";

/** Receive queue of a flow at one of its ends, and the number of its application there: both have one CPU. */
export function queueOf(
  pattern: HostPattern,
  { client, server, flow }: HostFlow,
  end: "client" | "server",
): number {
  const peer =
    end === "server"
      ? hostNumber(pattern, "client", client)
      : hostNumber(pattern, "server", server);
  const queues = clusterQueues(hostsOf(pattern), queueSharing(pattern));
  return queues[end](peer, flow);
}
