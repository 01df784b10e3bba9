import type { ExperimentContext, ProcessSpec } from "@hoststack/core";
import { sockperfReadiness, sockperfServerArgv } from "@hoststack/tools";
import { deadlineMs } from "../deadline.js";
import { type Bypass, bypassed } from "./bypass.js";

/** What both sockperf experiments let a user choose. */
interface SockperfChoice {
  readonly protocol: "tcp" | "udp";
  readonly messageBytes: number;
  readonly durationS: number;
  readonly bypass: Bypass;
}

/** What a sockperf client is told: the choice, and where its server is. */
type ClientOptions = Omit<SockperfChoice, "bypass"> & {
  readonly port: number;
  readonly address: string;
};

/** A sockperf server, stopped at the end, and the client whose command line `clientArgv` makes. */
export function sockperfProcesses(
  { options, client, server, port }: ExperimentContext<SockperfChoice, Record<never, never>>,
  clientArgv: (options: ClientOptions) => readonly string[],
): ProcessSpec[] {
  const { protocol, messageBytes, durationS, bypass } = options;
  const common = { protocol, port, address: server.address };
  return [
    {
      id: "server",
      host: server.host,
      argv: bypassed(bypass, sockperfServerArgv(common)),
      ready: sockperfReadiness(common),
      ends: "stopped",
      deadlineMs: deadlineMs(durationS) + 30_000,
    },
    {
      id: "client",
      host: client.host,
      argv: bypassed(bypass, clientArgv({ ...common, messageBytes, durationS })),
      after: ["server"],
      ends: "itself",
      deadlineMs: deadlineMs(durationS),
    },
  ];
}
