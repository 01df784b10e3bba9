import type { ExperimentContext, ProcessSpec } from "@hoststack/core";
import { sockperfReadiness, sockperfServerArgv } from "@hoststack/tools";
import { deadlineMs } from "../deadline.js";

/** What both sockperf experiments let a user choose. */
interface SockperfChoice {
  readonly protocol: "tcp" | "udp";
  readonly messageBytes: number;
  readonly durationS: number;
}

/** What a sockperf client is told: the choice, and where its server is. */
type ClientOptions = SockperfChoice & { readonly port: number; readonly address: string };

/** A sockperf server, stopped at the end, and the client whose command line `clientArgv` makes. */
export function sockperfProcesses(
  { options, client, server, port }: ExperimentContext<SockperfChoice, Record<never, never>>,
  clientArgv: (options: ClientOptions) => readonly string[],
): ProcessSpec[] {
  const { protocol, messageBytes, durationS } = options;
  const common = { protocol, port, address: server.address };
  return [
    {
      id: "server",
      host: server.host,
      argv: sockperfServerArgv(common),
      ready: sockperfReadiness(common),
      ends: "stopped",
      deadlineMs: deadlineMs(durationS) + 30_000,
    },
    {
      id: "client",
      host: client.host,
      argv: clientArgv({ ...common, messageBytes, durationS }),
      after: ["server"],
      ends: "itself",
      deadlineMs: deadlineMs(durationS),
    },
  ];
}
