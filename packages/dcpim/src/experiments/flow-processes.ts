import {
  cpuTopologyOf,
  type ExperimentContext,
  hoststackError,
  type ProcessSpec,
  type RoleView,
} from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { clientVariables } from "../programs.js";

/** What long flows are made of. */
export interface FlowOptions {
  readonly protocol: "dcpim" | "tcp";
  readonly flows: number;
  readonly durationS: number;
  readonly matchingCpu: number;
}

/** Id of the server of a flow. */
export const serverId = (flow: number): string => `server-${flow}`;
/** Id of the client of a flow. */
export const clientId = (flow: number): string => `client-${flow}`;

/** The numbers of all flows. */
export const flowNumbers = (flows: number): number[] =>
  Array.from({ length: flows }, (_, flow) => flow);

/** CPU of a flow's application: one after the other without the matching one, which it has only where there is no other. */
export function applicationCpu(
  { facts }: RoleView<HostFacts>,
  flow: number,
  matchingCpu: number,
): number {
  const all = cpuTopologyOf(facts).cpus.map(({ cpu }) => cpu);
  const others = all.filter((cpu) => cpu !== matchingCpu);
  const cpus = others.length > 0 ? others : all;
  return cpus[flow % cpus.length] ?? 0;
}

/** A program that was built; throws SETUP_MISSING. */
function program({ facts, host }: RoleView<HostFacts>, name: string): string {
  const path = facts.programs[name];
  if (path !== undefined) return path;
  throw hoststackError("SETUP_MISSING", `${host} has no ${name} of dcPIM`, {
    remedy: "run it by its command line, which builds it",
  });
}

/** Upstream's programs wait for a second before they tell anything, and end late on a busy machine. */
const slackMs = 60_000;

/** A server and a client for each flow, with ports and CPUs of their own, pinned before they open a socket. */
export function flowProcesses(
  context: ExperimentContext<FlowOptions, HostFacts>,
): readonly ProcessSpec[] {
  const { options, client, server, port } = context;
  const { protocol, flows, durationS, matchingCpu } = options;
  const numbers = flowNumbers(flows);
  const servers = numbers.map(serverId);
  const pinned = (end: RoleView<HostFacts>, flow: number) => [
    ...["taskset", "-c", String(applicationCpu(end, flow, matchingCpu))],
  ];
  const deadlineMs = durationS * 1000 + slackMs;
  return numbers.flatMap((flow): ProcessSpec[] => {
    const own = String(port + flow);
    const variables = [
      `${clientVariables.seconds}=${durationS}`,
      `${clientVariables.source}=${client.address}`,
    ];
    return [
      {
        id: serverId(flow),
        host: server.host,
        argv: [...[...pinned(server, flow), program(server, "server"), "--port", own]],
        ready: { kind: "output", pattern: /^Throughput: / },
        ends: "stopped",
        deadlineMs: deadlineMs + slackMs,
      },
      {
        id: clientId(flow),
        host: client.host,
        argv: [
          ...["env", ...variables, ...pinned(client, flow), program(client, "dcpim_test")],
          ...[`${server.address}:${own}`, "--sp", own, "--count", "1"],
          protocol === "tcp" ? "tcpping" : "dcpimping",
        ],
        after: servers,
        ends: "itself",
        deadlineMs,
      },
    ];
  });
}
