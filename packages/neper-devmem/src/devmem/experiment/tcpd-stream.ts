import {
  builtProgramsFact,
  defineExperiment,
  type Experiment,
  type ExperimentContext,
  type Facts,
  type FeatureEvidence,
  type HostPart,
  hoststackError,
  programOf,
} from "@hoststack/core";
import { neperParser } from "../../neper/report.js";
import { neperWindow } from "../../neper/window.js";
import type { NicPair } from "../flow-sets/plan.js";
import { chosenTcpdBuild } from "../legacy/chosen-build.js";
import { receiverSteps } from "../receiver/receiver-steps.js";
import { a3HighPairs, discoveredPairs, discoveryFacts } from "./ends.js";
import { legacyProcesses, setIds } from "./legacy-processes.js";
import {
  checkLegacy,
  type DevmemResult,
  legacyRules,
  legacySamples,
  readLegacy,
} from "./legacy-result.js";
import { type TcpdChoice, tcpdChoice } from "./options.js";
import { engineRequirementsOf } from "./requirements.js";

/** How NICs are found, and what hosts are asked for it. */
interface Wiring<F extends Facts> {
  readonly name: string;
  readonly summary: string;
  readonly facts?: F;
  /** Path of tcp_stream where it was built for a run. Throws OPTIONS_INVALID, SETUP_MISSING. */
  built(context: ExperimentContext<TcpdChoice, F>, role: "client" | "server"): string;
  pairs(context: ExperimentContext<TcpdChoice, F>): readonly NicPair[];
}

const evidence: readonly FeatureEvidence[] = [
  { feature: "refusal where it cannot work", level: "namespace" },
  { feature: "reset of receivers and the way back", level: "constructed" },
  { feature: "payload validation", level: "constructed" },
  { feature: "device memory of Google's kernel", level: "plan only" },
];

const windowOf = (process: string, { durationS }: TcpdChoice) => ({
  process,
  window: neperWindow(durationS),
});

const titleOf = ({ memory, links, flows, validate }: TcpdChoice): string => {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const checked = validate ? ", payload checked" : "";
  return `tcpd over ${memory}, ${many(links, "link")} with ${many(flows, "flow")}${checked}`;
};

const conditions = (_: TcpdChoice, { role, nics }: HostPart) =>
  role === "server" ? nics.flatMap((nic) => receiverSteps("legacy-tcpd", { nic })) : [];

function tcpdExperiment<F extends Facts>(
  wiring: Wiring<F>,
): Experiment<TcpdChoice, DevmemResult, F> {
  const { name, summary, facts, pairs, built } = wiring;
  const programFor = (context: ExperimentContext<TcpdChoice, F>) => (role: "client" | "server") => {
    const { headersDirectory, programs } = context.options;
    return headersDirectory === undefined ? `${programs}/tcp_stream` : built(context, role);
  };
  return defineExperiment<TcpdChoice, DevmemResult, F>({
    ...{ name, summary, evidence, options: tcpdChoice, title: titleOf, conditions },
    ...(facts === undefined ? {} : { facts }),
    needs: ["root"],
    tools: [
      { program: "taskset", debianPackage: "util-linux" },
      { program: "ethtool", debianPackage: "ethtool" },
    ],
    requirements: engineRequirementsOf("legacy-tcpd"),
    links: ({ links }) => links,
    traffic: ({ durationS }) => ({ seconds: durationS }),
    processes: (context) =>
      legacyProcesses(context.options, {
        ...{ ...context, pairs: pairs(context), program: programFor(context) },
      }),
    window: (chosen) => windowOf("client-1", chosen),
    otherWindows: (chosen) =>
      setIds(chosen.links)
        .slice(1)
        .map(({ client }) => windowOf(client, chosen)),
    parser: { name: neperParser.name, version: neperParser.version },
    parse: readLegacy,
    check: checkLegacy,
    counterRules: legacyRules,
    samples: legacySamples,
    headline: ({ validate }) => (validate ? "validated" : "goodput"),
  });
}

/** tcpd over NICs whose GPUs and CPUs are discovered. */
export const tcpdStream = tcpdExperiment({
  name: "tcpd-stream",
  summary: "device memory over Google's own kernel interface",
  facts: { ...discoveryFacts, builtTcpd: builtProgramsFact("tcp_stream") },
  built({ options, ...roles }, role) {
    const { host, facts } = roles[role];
    const build = chosenTcpdBuild(options);
    const path = build && programOf(build, facts.builtTcpd);
    if (path !== undefined) return path;
    throw hoststackError("SETUP_MISSING", `${host} has no tcp_stream of tcpd built for this`, {
      remedy: "build it with the same options: neper-devmem setup tcpd-stream",
    });
  },
  pairs: (context) => discoveredPairs(context, context.options.flows),
});

/** tcpd over NICs as upstream's script knows them; its commands are told without asking hosts. */
export const tcpdStreamA3High = tcpdExperiment<Record<never, never>>({
  name: "tcpd-stream-a3-high",
  summary: "the same with the wiring of an a3-highgpu-8g machine",
  built() {
    const text = "tcpd-stream-a3-high asks hosts nothing, so not where tcpd was built either";
    throw hoststackError("OPTIONS_INVALID", text, {
      remedy: "leave --headers-directory out and say with --programs where hosts have tcp_stream",
      details: { field: "headersDirectory" },
    });
  },
  pairs: ({ links, options }) => a3HighPairs(links, options.flows),
});
