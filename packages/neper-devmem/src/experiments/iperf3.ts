import {
  type CpuFacts,
  cpuFacts,
  defineExperiment,
  type Outputs,
  type ProcessSpec,
  type Reason,
  tcpRules,
} from "@hoststack/core";
import {
  type Iperf3Result,
  iperf3ClientArgv,
  iperf3JsonParser,
  iperf3ServerArgv,
  iperf3Window,
} from "@hoststack/tools";
import { cpusOfLinks, onCpus } from "../cpus.js";
import { invalid, overlapFindings, payloadFindings } from "../findings.js";
import { flowSetIds, flowSets } from "../flow-sets.js";
import { neperChoice } from "./options.js";

const options = neperChoice.omit({ threads: true, set: true });
/** Chosen options. */
export type Iperf3Choice = ReturnType<typeof options.parse>;

/** With what an emulated guest takes to start it. */
const deadlineMs = (seconds: number) => (seconds + 45) * 1000;

/** What all links came to. */
export interface Iperf3OverLinks {
  /** Sum of all links. */
  readonly throughputGbps: number;
  /** In the order of the links. */
  readonly links: readonly Iperf3Result[];
}

const bitsPerS = ({ received }: Iperf3Result): number => received?.bitsPerS ?? 0;

async function readLinks(
  outputs: Outputs,
  { links: count }: Iperf3Choice,
): Promise<Iperf3OverLinks> {
  const links = await Promise.all(
    flowSetIds(count).map(({ client }) =>
      iperf3JsonParser.parseLines(outputs.of(client).stdout.lines()),
    ),
  );
  return { throughputGbps: links.reduce((sum, link) => sum + bitsPerS(link), 0) / 1e9, links };
}

const windowOf = (process: string, { durationS }: Iperf3Choice) => ({
  process,
  window: iperf3Window({ address: "unused", durationS }),
});

/** The same bulk transfer with another program, to hold neper's figures against: an iperf3 for each link. */
export const iperf3 = defineExperiment<Iperf3Choice, Iperf3OverLinks, CpuFacts>({
  name: "iperf3",
  summary: "bulk transfer over TCP with iperf3, to compare",
  options,
  needs: [],
  tools: [
    { program: "iperf3", debianPackage: "iperf3" },
    { program: "lscpu", debianPackage: "util-linux" },
    { program: "taskset", debianPackage: "util-linux" },
  ],
  evidence: [{ feature: "links side by side", level: "namespace" }],
  facts: cpuFacts,
  links: ({ links }) => links,
  title: ({ links, flows }) => `iperf3, ${links} x ${flows} streams over TCP`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  processes(context) {
    const { options: chosen, links, port } = context;
    const { durationS, flows } = chosen;
    const sets = flowSets(links, { port, ports: 1 });
    const places = cpusOfLinks(context, { ...chosen, threads: 1 });
    return sets.flatMap((set, index): ProcessSpec[] => {
      const { client, server } = set.ends;
      const [address] = server.addresses;
      const listen = iperf3ServerArgv({ port: set.port, bindAddress: address });
      const send = iperf3ClientArgv({ address, port: set.port, durationS, parallel: flows });
      return [
        {
          id: set.server,
          host: server.host,
          argv: onCpus(places.server[index] ?? [], listen),
          ready: { kind: "listening", protocol: "tcp", port: set.port },
          ends: "itself",
          deadlineMs: deadlineMs(durationS + 40),
        },
        {
          id: set.client,
          host: client.host,
          argv: onCpus(places.client[index] ?? [], send),
          after: sets.map((one) => one.server),
          ends: "itself",
          deadlineMs: deadlineMs(durationS),
        },
      ];
    });
  },
  window: (chosen) => windowOf("client-1", chosen),
  otherWindows: (chosen) =>
    flowSetIds(chosen.links)
      .slice(1)
      .map(({ client }) => windowOf(client, chosen)),
  parser: { name: iperf3JsonParser.name, version: iperf3JsonParser.version },
  parse: readLinks,
  check(context) {
    const own = context.result.links.flatMap((link, index): Reason[] => {
      const end = context.links[index]?.server;
      if (end === undefined) return [];
      const { received } = link;
      if (received === undefined || received.bitsPerS <= 0) {
        return [invalid("flow.empty", `${end.nic}: the server received nothing`)];
      }
      return payloadFindings(context, end, received.bytes);
    });
    const clients = flowSetIds(context.options.links).map(({ client }) => client);
    return [...own, ...overlapFindings(clients, context.windows)];
  },
  counterRules: tcpRules,
  samples: ({ throughputGbps, links }) => [
    {
      ...{ metric: "goodput", value: throughputGbps * 1e9, unit: "bit/s", better: "higher" },
      ...(links.length === 1 ? {} : { definition: `sum over ${links.length} links` }),
    },
  ],
  headline: () => "goodput",
});
