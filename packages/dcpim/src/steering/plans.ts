import { type FlowRule, hoststackError } from "@hoststack/core";

/** Which packets of dcPIM go to which receive queue; the n-th rule has the n-th location of the NIC. */
export type SteeringPlan = readonly FlowRule[];

/** Ports as dcPIM's packets show them to a NIC: as TCP's. */
const rule = (srcPort: number, dstPort: number, queue: number): FlowRule => ({
  flowType: "tcp4",
  srcPort,
  dstPort,
  action: { queue },
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** First port of the data of upstream's scripts. */
const firstDataPort = 10_000;

/** Matching packets have the same source and destination port, from 0 to one less than the module's port range. */
const matchingRules = (portRange: number): FlowRule[] =>
  upTo(portRange).map((port) => rule(port, port, port));

/** Long flows: flow i has port 10000 + i at both ends and queue i. Upstream has 15 flows, so 30 rules. */
export function longFlowPlan({ flows = 15, portRange = 15 } = {}): SteeringPlan {
  const data = upTo(flows).map((flow) => rule(firstDataPort + flow, firstDataPort + flow, flow));
  return [...data, ...matchingRules(portRange)];
}

/** Short messages: all data to queue 0. Upstream has 32 ports, so 47 rules. */
export function shortMessagePlan(
  role: "client" | "server",
  { ports = 32, portRange = 15 } = {},
): SteeringPlan {
  const data = upTo(ports).map((port) =>
    role === "client"
      ? rule(firstDataPort, firstDataPort + port, 0)
      : rule(firstDataPort + port, firstDataPort, 0),
  );
  return [...data, ...matchingRules(portRange)];
}

/** One host among several that all send to each other. */
export interface ClusterPlace {
  readonly hosts: number;
  /** From 1. */
  readonly index: number;
  /** Receive queues of their own for each peer and direction, or one range for all. @default "shared" */
  readonly queues?: "apart" | "shared";
}

const flowsPerPair = 16;
/** Queues each peer has for itself and direction, where they are apart. */
const queuesPerPeer = 3;

/**
 * Port of a flow between two hosts of a cluster, numbered from 1; the same at both ends. Throws OPTIONS_INVALID for
 * what would be the port of another pair or none at all: from the 16th host on ranges overlap.
 */
export function clusterPort(server: number, client: number, flow: number): number {
  const port = 4000 * server + 256 * client + flow;
  const fits = client >= 1 && client <= 15 && server >= 1 && flow >= 0 && flow < flowsPerPair;
  if (fits && port <= 65_535) return port;
  const text = `there is no port of its own for flow ${flow} from host ${client} to host ${server}`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "use at most 15 hosts and 16 flows of a pair",
    details: { field: "hosts" },
  });
}

/** Queue of a flow at one of its ends, by the number of the host at the other. */
type QueueOf = (peer: number, flow: number) => number;

/** Queues of a host's flows: as the server of others, and as their client. */
export function clusterQueues(
  hosts: number,
  queues: NonNullable<ClusterPlace["queues"]>,
): Readonly<Record<"client" | "server", QueueOf>> {
  if (queues === "shared") {
    return { server: (_, flow) => flow, client: (_, flow) => flow + flowsPerPair };
  }
  const apart = (peer: number, flow: number) => (flow % queuesPerPeer) + peer * queuesPerPeer;
  return {
    server: (client, flow) => apart(client - 1, flow),
    client: (server, flow) => apart(server - 1 + hosts, flow),
  };
}

/**
 * All pairs of a cluster, as upstream's CloudLab generators have them: 16 flows from each host, 16 to each, and
 * matching packets: 272 rules for 8 hosts. As in those, a host is also its own peer; see `cardRules`.
 */
export function clusterPlan({ hosts, index, queues = "shared" }: ClusterPlace): SteeringPlan {
  const pairs = (portOf: QueueOf, queueOf: QueueOf) =>
    upTo(hosts).flatMap((before) =>
      upTo(flowsPerPair).map((flow) => {
        const port = portOf(before + 1, flow);
        return rule(port, port, queueOf(before + 1, flow));
      }),
    );
  const queueOf = clusterQueues(hosts, queues);
  return [
    ...pairs((client, flow) => clusterPort(index, client, flow), queueOf.server),
    ...pairs((server, flow) => clusterPort(server, index, flow), queueOf.client),
    ...matchingRules(flowsPerPair),
  ];
}

/** What tells two rules for the same packets. */
const packets = ({ srcPort, dstPort }: FlowRule): string => `${srcPort} ${dstPort}`;

/**
 * The rules a NIC can be given: of two for the same packets the first. Upstream's generators give a host 16 rules to
 * itself twice, with different queues; no flow uses them, since dcPIM must not connect to its own host.
 */
export function cardRules(plan: SteeringPlan): SteeringPlan {
  const seen = new Set<string>();
  return plan.filter((one) => {
    const key = packets(one);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What a NIC has to have for a plan. */
export interface SteeringNeeds {
  readonly rules: number;
  readonly queues: number;
}

/** How many rules and receive queues a plan takes. */
export function steeringNeeds(plan: SteeringPlan): SteeringNeeds {
  const queues = plan.map(({ action }) => (action === "drop" ? 0 : action.queue + 1));
  return { rules: cardRules(plan).length, queues: Math.max(0, ...queues) };
}

/** A plan as upstream's scripts have it, a command a line and without sudo: `ethtool -U NIC flow-type ...`. */
export const ethtoolLines = (plan: SteeringPlan, nic: string): string[] =>
  plan.map(({ srcPort, dstPort, action }, location) => {
    const queue = action === "drop" ? -1 : action.queue;
    return `ethtool -U ${nic} flow-type tcp4 src-port ${srcPort} dst-port ${dstPort} action ${queue} loc ${location}`;
  });
