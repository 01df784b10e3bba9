import {
  type ExperimentContext,
  hoststackError,
  type ProcessSpec,
  type RoleView,
} from "@hoststack/core";
import { iperf3ClientArgv, iperf3ServerArgv } from "@hoststack/tools";
import type { HostFacts } from "../../host-facts.js";
import { pinnedTo } from "../pinned-programs.js";
import { preloads } from "../redirected-iperf3.js";
import { type HostFlow, hostFlows } from "./flow-plan.js";
import type { PatternOptions } from "./options.js";
import { queueOf } from "./queues.js";

type Context = Pick<
  ExperimentContext<PatternOptions, HostFacts>,
  "clients" | "links" | "options" | "servers"
>;

/** Id of the client's process of a flow. */
export const clientOf = ({ id }: Pick<HostFlow, "id">): string => `${id}-client`;
const serverOf = ({ id }: Pick<HostFlow, "id">): string => `${id}-server`;

/** Guests without KVM start a program in about half a second. */
const startMs = 1000;
const slackMs = 60_000;

/** How long a server of iperf3 waits for its client where even the packets that tell of its end are lost; it has told its figures by then. */
const lastWordMs = 120_000;

interface FlowEnds {
  readonly client: RoleView<HostFacts>;
  readonly server: RoleView<HostFacts>;
}

/** The hosts of a flow, with their addresses on the link that joins them. */
function endsOf({ clients, servers, links }: Context, flow: HostFlow): FlowEnds {
  const [client, server] = [clients[flow.client], servers[flow.server]];
  const joined = links.find(
    (one) => one.client.host === client?.host && one.server.host === server?.host,
  );
  if (client === undefined || server === undefined || joined === undefined) {
    throw hoststackError("OPTIONS_INVALID", `flow ${flow.id} has no client, server or link`, {
      details: { field: "links" },
    });
  }
  return {
    client: { ...client, address: joined.client.addresses[0] },
    server: { ...server, address: joined.server.addresses[0] },
  };
}

/**
 * A server and a client of iperf3 for each flow, with a port and, at both ends, the CPU its queue interrupts. Clients
 * start once all servers are up. The same command lines for both protocols; only the library differs.
 */
export function hostFlowProcesses(context: Context): readonly ProcessSpec[] {
  const { options } = context;
  const { pattern, flows: count, durationS, lengthBytes, matchingCpu } = options;
  const flows = hostFlows(pattern, count);
  const deadlineMs = durationS * 1000 + slackMs + flows.length * startMs;
  const specs = flows.map((flow): readonly [ProcessSpec, ProcessSpec] => {
    const { client, server } = endsOf(context, flow);
    const { port } = flow;
    const serverArgv = iperf3ServerArgv({ port, bindAddress: server.address, json: false });
    const clientArgv = iperf3ClientArgv({
      ...{ address: server.address, port, clientPort: port, durationS, lengthBytes },
      bindAddress: client.address,
    });
    return [
      {
        ...{ id: serverOf(flow), host: server.host, ends: "itself" },
        argv: [...pinnedTo(server, queueOf(pattern, flow, "server"), matchingCpu), ...serverArgv],
        // dcPIM's sockets are in no list of /proc
        ready: { kind: "output", pattern: /^Server listening on / },
        deadlineMs: 2 * deadlineMs + lastWordMs,
        preloads: preloads(options, server),
      },
      {
        ...{ id: clientOf(flow), host: client.host, ends: "itself", deadlineMs },
        argv: [...pinnedTo(client, queueOf(pattern, flow, "client"), matchingCpu), ...clientArgv],
        after: flows.map(serverOf),
        preloads: preloads(options, client),
      },
    ];
  });
  return [...specs.map(([server]) => server), ...specs.map(([, client]) => client)];
}
