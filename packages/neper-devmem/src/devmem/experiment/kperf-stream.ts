import {
  type CheckContext,
  defineExperiment,
  type ExperimentContext,
  type HostPart,
  type Outputs,
  type ProcessSpec,
  type Reason,
  tcpRules,
} from "@hoststack/core";
import { invalid, overlapFindings, payloadFindings } from "../../findings.js";
import { planFlowSets } from "../flow-sets/plan.js";
import {
  type KperfResult,
  kperfClientArgv,
  kperfControlPort,
  kperfParser,
  kperfServerArgv,
} from "../mainline/kperf.js";
import { receiverSteps } from "../receiver/receiver-steps.js";
import { devmemSamples } from "../validation/verdict.js";
import { discoveredPairs, discoveryFacts } from "./ends.js";
import { setIds } from "./legacy-processes.js";
import { flowSetChoice, type KperfChoice, kperfChoice } from "./options.js";
import { engineRequirementsOf } from "./requirements.js";

/** What all links of kperf came to; without a figure where payload was validated. */
export interface KperfStreamResult {
  readonly throughputGbps?: number;
  readonly links: readonly KperfResult[];
}

type Context = ExperimentContext<KperfChoice, typeof discoveryFacts>;

/** kperf tells its results on standard error, windows are told by standard output. */
const mergeScript = 'exec "$@" 2>&1';

function serverOn(host: string, id: string, { programs, durationS }: KperfChoice): ProcessSpec {
  return {
    ...{ id, host, ends: "stopped" },
    argv: kperfServerArgv(`${programs}/kperf-server`),
    ready: { kind: "listening", protocol: "tcp", port: kperfControlPort },
    deadlineMs: (durationS + 120) * 1000,
  };
}

/** A server on each host, and a client for each link that has them send and receive. */
function kperfProcesses(context: Context): ProcessSpec[] {
  const { options: chosen, server, client, links } = context;
  const sets = planFlowSets(flowSetChoice(chosen), discoveredPairs(context, chosen.flows));
  const clients = setIds(links.length).flatMap((ids, index): ProcessSpec[] => {
    const set = sets[index];
    if (set === undefined) return [];
    const argv = kperfClientArgv(set, { tx: chosen.tx }, `${chosen.programs}/kperf-client`);
    return [
      {
        ...{ id: ids.client, host: client.host, ends: "itself", after: ["receiver", "sender"] },
        argv: ["sh", "-c", mergeScript, "sh", ...argv],
        deadlineMs: (chosen.durationS + 60) * 1000,
      },
    ];
  });
  const servers = [
    serverOn(server.host, "receiver", chosen),
    serverOn(client.host, "sender", chosen),
  ];
  return [...servers, ...clients];
}

const sumOf = (links: readonly KperfResult[]): number =>
  links.flatMap(({ target }) => target.rx).reduce((sum, { bitsPerS }) => sum + bitsPerS, 0);

async function readKperf(outputs: Outputs, chosen: KperfChoice): Promise<KperfStreamResult> {
  const texts = setIds(chosen.links).map(({ client }) => outputs.of(client).stdout.lines());
  const links = await Promise.all(texts.map((lines) => kperfParser.parseLines(lines)));
  return chosen.validate ? { links } : { throughputGbps: sumOf(links) / 1e9, links };
}

function checkKperf(context: CheckContext<KperfChoice, KperfStreamResult>): readonly Reason[] {
  const { links } = context.result;
  const own = links.flatMap(({ target }, index): Reason[] => {
    const end = context.links[index]?.server;
    if (end === undefined) return [];
    const bytes = target.rx.reduce((sum, one) => sum + one.bytes, 0);
    const { flows } = context.options;
    const missing = `${target.rx.length} of ${flows} connections told what they received`;
    return [
      ...(target.rx.length === flows ? [] : [invalid("flow.missing", `${end.nic}: ${missing}`)]),
      ...payloadFindings(context, end, bytes),
    ];
  });
  const clients = setIds(links.length).map(({ client }) => client);
  return [...own, ...(clients.length > 1 ? overlapFindings(clients, context.windows) : [])];
}

const windowOf = (process: string, { durationS }: KperfChoice) => ({
  process,
  window: {
    opens: { beforeCloseMs: durationS * 1000 },
    closes: { line: /^\S+: == Source/, delayMs: 0 },
    source: "kperf 88425ff, client.c: dump_result prints it once a test is over",
  },
});

const conditions = (_: KperfChoice, { role, nics }: HostPart) =>
  role === "server" ? nics.flatMap((nic) => receiverSteps("mainline", { nic })) : [];

/** Device memory of Linux itself, measured with kperf. */
export const kperfStream = defineExperiment<KperfChoice, KperfStreamResult, typeof discoveryFacts>({
  name: "kperf-stream",
  summary: "device memory of Linux itself, measured with kperf",
  options: kperfChoice,
  needs: ["root"],
  tools: [{ program: "ethtool", debianPackage: "ethtool" }],
  evidence: [
    { feature: "refusal where it cannot work", level: "namespace" },
    { feature: "device memory of Linux", level: "constructed" },
  ],
  facts: discoveryFacts,
  requirements: engineRequirementsOf(
    "mainline",
    (role, { tx }: KperfChoice) => role === "server" || tx,
  ),
  conditions,
  links: ({ links }) => links,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  title: ({ memory, links, flows }) =>
    `kperf over ${memory}, ${links} ${links === 1 ? "link" : "links"}, flows of each: ${flows}`,
  processes: kperfProcesses,
  window: (chosen) => windowOf("client-1", chosen),
  otherWindows: (chosen) =>
    setIds(chosen.links)
      .slice(1)
      .map(({ client }) => windowOf(client, chosen)),
  parser: { name: kperfParser.name, version: kperfParser.version },
  parse: readKperf,
  check: checkKperf,
  counterRules: tcpRules,
  samples: ({ links, throughputGbps }) =>
    throughputGbps === undefined
      ? [
          {
            ...({ metric: "validated", unit: "bytes", better: "higher" } as const),
            value: links
              .flatMap(({ target }) => target.rx)
              .reduce((sum, one) => sum + one.bytes, 0),
            definition: "payload that arrived while it was checked; no measure of speed",
          },
        ]
      : devmemSamples({ validated: false, bitsPerS: throughputGbps * 1e9 }),
  headline: ({ validate }) => (validate ? "validated" : "goodput"),
});
