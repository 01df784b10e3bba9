import type { ExperimentContext, ProcessSpec, ToldWindow } from "@hoststack/core";
import type { HostFacts } from "../host-facts.js";
import { programVariables } from "../program-edits/variables.js";
import { pinnedTo, program, slackMs } from "./pinned-programs.js";
import { firstPort, type ProfileName } from "./run-profile.js";

/** What all experiments with messages are told. */
export interface MessageOptions {
  readonly protocol: "dcpim" | "tcp";
  readonly clients: number;
  readonly messageBytes: number;
  readonly durationS: number;
  readonly matchingCpu?: number | undefined;
  readonly profile: ProfileName;
}

/** Who answers whom: each message is answered; none is; or each has a connection of its own. */
export interface MessageMode {
  readonly flags: readonly string[];
  /** What else the client is told. @default nothing */
  readonly variables?: Readonly<Record<string, string>>;
}

const assignments = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`);

/** One server and one client with a thread for each of its connections, on a CPU each, as upstream runs them. */
export function messageProcesses(
  context: ExperimentContext<MessageOptions, HostFacts>,
  { flags, variables = {} }: MessageMode,
): readonly ProcessSpec[] {
  const { options, client, server } = context;
  const { protocol, clients, messageBytes, durationS, matchingCpu } = options;
  const port = String(firstPort(context));
  const seconds = `${programVariables.seconds}=${durationS}`;
  const sizes = ["--count", String(clients), "--flowsize", String(messageBytes)];
  const deadlineMs = durationS * 1000 + slackMs;
  return [
    {
      id: "server",
      host: server.host,
      argv: [
        ...["env", seconds, ...pinnedTo(server, 0, matchingCpu)],
        ...[program(server, "pingpong_server"), "--port", port, ...sizes],
        ...(protocol === "dcpim" ? ["--dcpim"] : []),
        ...flags,
      ],
      // dcPIM's sockets are in no list of /proc
      ready: { kind: "output", pattern: /^listening$/ },
      ends: "itself",
      deadlineMs: deadlineMs + slackMs,
    },
    {
      id: "client",
      host: client.host,
      argv: [
        ...["env", seconds, ...assignments(variables), ...pinnedTo(client, 0, matchingCpu)],
        ...[program(client, "pingpong_client"), `${server.address}:${port}`, "--sp", port],
        ...[...sizes, "--iodepth", "1", `--${protocol}`, ...flags, "ping"],
      ],
      after: ["server"],
      ends: "itself",
      deadlineMs,
    },
  ];
}

/** The client says when it begins to send, and sends for as long as it was told. */
export const messageWindow = ({ durationS }: Pick<MessageOptions, "durationS">): ToldWindow => ({
  process: "client",
  window: {
    opens: { line: /^sending$/, delayMs: 0 },
    closes: { afterMs: durationS * 1000 },
    source:
      "kernel_impl/util/pingpong_client.cc at 2abda17, as edited: the line before its threads",
  },
});
