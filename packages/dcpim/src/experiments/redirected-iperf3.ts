import { readFile } from "node:fs/promises";
import {
  defineExperiment,
  type ExperimentContext,
  hoststackError,
  type ProcessSpec,
  type Reason,
  type RoleView,
} from "@hoststack/core";
import { iperf3ClientArgv, iperf3Samples, iperf3ServerArgv, iperf3Window } from "@hoststack/tools";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";
import { parseRedirectedIperf3, type RedirectedIperf3 } from "../outputs/redirected-iperf3.js";
import { perfOption, profiled } from "./cpu-profile.js";
import { invalid, payloadFindings, suspect, tcpFindings } from "./findings.js";
import { pinnedTo } from "./pinned-programs.js";
import { firstPort } from "./run-profile.js";
import { hostConditions, runOptions, withModule } from "./with-module.js";

const options = z.strictObject({
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("what carries iperf3's sockets"),
  durationS: z.int().min(2).max(3600).default(10).describe("test time in seconds"),
  lengthBytes: z.int().min(1).max(1_048_576).default(1_048_576).describe("size of each write"),
  ...runOptions,
  perf: perfOption,
});

type Options = z.output<typeof options>;
type Context = ExperimentContext<Options, HostFacts>;

const libraryName = "socket_wrapper.so";
const slackMs = 30_000;

/** iperf3 closes with an interval of some milliseconds, which says nothing. */
const shortestIntervalS = 0.5;

/** The library for one end; throws SETUP_MISSING. */
export function preloads(
  { protocol }: Pick<Options, "protocol">,
  { facts, host }: RoleView<HostFacts>,
): readonly string[] {
  if (protocol === "tcp") return [];
  const path = facts.library[libraryName];
  if (path !== undefined) return [path];
  throw hoststackError("SETUP_MISSING", `${host} has no ${libraryName} of dcPIM`, {
    remedy: "run it by its command line, which builds it",
  });
}

/** The same command lines for both protocols: ports, write size and CPUs; only the library differs. */
function processes(context: Context): readonly ProcessSpec[] {
  const { options: chosen, client, server } = context;
  const port = firstPort(context);
  const { durationS, lengthBytes, matchingCpu } = chosen;
  const deadlineMs = durationS * 1000 + slackMs;
  const pinned = (end: RoleView<HostFacts>) => pinnedTo(end, 0, matchingCpu);
  const serverArgv = iperf3ServerArgv({ port, bindAddress: server.address, json: false });
  const clientArgv = iperf3ClientArgv({
    ...{ address: server.address, port, clientPort: port, durationS, lengthBytes },
    bindAddress: client.address,
  });
  return [
    {
      id: "server",
      host: server.host,
      argv: [...pinned(server), ...serverArgv],
      // dcPIM's sockets are in no list of /proc
      ready: { kind: "output", pattern: /^Server listening on / },
      ends: "itself",
      deadlineMs: deadlineMs + slackMs,
      preloads: preloads(chosen, server),
    },
    {
      id: "client",
      host: client.host,
      argv: [...pinned(client), ...clientArgv],
      after: ["server"],
      ends: "itself",
      deadlineMs,
      preloads: preloads(chosen, client),
    },
  ];
}

/** Sockets a client opens: one for control, one for data. */
const clientSockets = 2;

/** Why a run measured something else than it says, or nothing. */
export function iperf3Findings(
  { sockets, report }: RedirectedIperf3,
  protocol: Options["protocol"],
): Reason[] {
  const expected = protocol === "tcp" ? 0 : clientSockets;
  if (sockets !== expected) {
    const text = `${sockets} sockets of the client went to dcPIM, not ${expected}`;
    return [invalid("redirect.inactive", text)];
  }
  if (report.received === undefined || report.received.bytes === 0) {
    return [invalid("flow.empty", "the server received nothing")];
  }
  const told = report.intervals.filter(({ startS, endS }) => endS - startS >= shortestIntervalS);
  const stalled = told.filter(({ bitsPerS }) => bitsPerS === 0).length;
  if (stalled === 0) return [];
  return [suspect("flow.stalled", `nothing was sent in ${stalled} of ${told.length} intervals`)];
}

/** A bulk transfer by iperf3, whose sockets the library gives to dcPIM, and by iperf3 alone. */
export const redirectedIperf3 = defineExperiment({
  name: "iperf3",
  summary: "bulk transfer by iperf3, its sockets given to dcPIM or not",
  options,
  ...withModule,
  tools: [...withModule.tools, { program: "iperf3", debianPackage: "iperf3" }],
  evidence: [
    { feature: "dcPIM on a stock kernel", level: "guest" },
    { feature: "TCP", level: "guest" },
    { feature: "patched kernel", level: "guest" },
  ],
  title: ({ protocol }) => `iperf3 over ${protocol === "tcp" ? "TCP" : "dcPIM"}`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  conditions: (chosen, host) => hostConditions(chosen, host),
  processes: (context) => profiled(context, processes(context)),
  window: ({ durationS }) => ({
    process: "client",
    window: iperf3Window({ address: "unused", durationS }),
  }),
  parser: { name: "dcpim-iperf3", version: 1 },
  async parse(outputs) {
    const text = await readFile(outputs.of("client").stdout.path, "utf8");
    const { sockets, report } = parseRedirectedIperf3(text);
    const { received } = report;
    return {
      ...(received === undefined ? {} : { throughputGbps: received.bitsPerS / 1e9 }),
      ...{ sockets, report },
    };
  },
  check(context) {
    const { protocol } = context.options;
    const found = iperf3Findings(context.result, protocol);
    if (found.some(({ state }) => state === "invalid")) return found;
    const bytes = context.result.report.received?.bytes ?? 0;
    return [...found, ...payloadFindings(context, bytes), ...tcpFindings(context, protocol)];
  },
  counterRules: [],
  samples: ({ report }) => iperf3Samples(report),
  headline: () => "goodput",
});
