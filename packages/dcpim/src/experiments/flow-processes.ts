import type { ExperimentContext, ProcessSpec, RoleView } from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { programVariables } from "../program-edits/variables.js";
import { pinnedTo, program, slackMs } from "./pinned-programs.js";
import { firstPort, type ProfileName } from "./run-profile.js";

/** What long flows are made of. */
export interface FlowOptions {
  readonly protocol: "dcpim" | "tcp";
  readonly flows: number;
  readonly durationS: number;
  readonly matchingCpu?: number | undefined;
  readonly profile: ProfileName;
}

type Context = ExperimentContext<FlowOptions, HostFacts>;

/** Id of the server of a flow. */
export const serverId = (flow: number): string => `server-${flow}`;
/** Id of the client of a flow. */
export const clientId = (flow: number): string => `client-${flow}`;

/** The numbers of all flows. */
export const flowNumbers = (flows: number): number[] =>
  Array.from({ length: flows }, (_, flow) => flow);

const pinned = (end: RoleView<HostFacts>, index: number, { matchingCpu }: FlowOptions) =>
  pinnedTo(end, index, matchingCpu);

/** The n-th server, which takes connections at the port of the n-th flow. */
function flowServer({ options, server, port }: Context, index: number): ProcessSpec {
  const own = String(firstPort({ options, port }) + index);
  return {
    id: serverId(index),
    host: server.host,
    argv: [...pinned(server, index, options), program(server, "server"), "--port", own],
    ready: { kind: "output", pattern: /^Throughput: / },
    ends: "stopped",
    deadlineMs: options.durationS * 1000 + 2 * slackMs,
  };
}

/** The client of a flow, with a source port and a CPU of its own, which sends to one of the servers. */
function flowClient(context: Context, flow: number, toServer: number): ProcessSpec {
  const { options, client, server } = context;
  const { protocol, durationS } = options;
  const first = firstPort(context);
  const variables = [
    `${programVariables.seconds}=${durationS}`,
    `${programVariables.source}=${client.address}`,
  ];
  return {
    id: clientId(flow),
    host: client.host,
    argv: [
      ...["env", ...variables, ...pinned(client, flow, options), program(client, "dcpim_test")],
      ...[`${server.address}:${first + toServer}`, "--sp", String(first + flow), "--count", "1"],
      protocol === "tcp" ? "tcpping" : "dcpimping",
    ],
    ends: "itself",
    deadlineMs: durationS * 1000 + slackMs,
  };
}

/** A server and a client for each flow, with ports and CPUs of their own, pinned before they open a socket. */
export function flowProcesses(context: Context): readonly ProcessSpec[] {
  const numbers = flowNumbers(context.options.flows);
  const after = numbers.map(serverId);
  return numbers.flatMap((flow) => [
    flowServer(context, flow),
    { ...flowClient(context, flow, flow), after },
  ]);
}

/** One server at one port and on one CPU, and a client for each flow to it. */
export function incastProcesses(context: Context): readonly ProcessSpec[] {
  const numbers = flowNumbers(context.options.flows);
  const after = [serverId(0)];
  return [
    flowServer(context, 0),
    ...numbers.map((flow) => ({ ...flowClient(context, flow, 0), after })),
  ];
}
