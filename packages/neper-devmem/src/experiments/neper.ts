import {
  builtFact,
  cpuFacts,
  defineExperiment,
  type FeatureEvidence,
  type ProgramBuild,
  tcpRules,
  udpRules,
} from "@hoststack/core";
import { flowSetIds } from "../flow-sets.js";
import type { NeperProgram } from "../neper/options.js";
import { neperParser } from "../neper/report.js";
import { neperWindow } from "../neper/window.js";
import { checkNeper } from "./check.js";
import { type NeperChoice, neperChoice, readSet } from "./options.js";
import { type NeperFacts, neperProcesses } from "./processes.js";
import { type NeperResult, neperSamples, readNeper } from "./result.js";
import { neperLines } from "./upstream-lines.js";

/** What an experiment is, beside the program it runs. */
interface About {
  readonly summary: string;
  readonly evidence: readonly FeatureEvidence[];
}

const windowOf = (process: string, { durationS }: NeperChoice) => ({
  process,
  window: neperWindow(durationS),
});

/** An experiment with one program of neper, a server and a client of it for each link. */
function neperExperiment(program: NeperProgram, build: ProgramBuild, about: About) {
  const name = program.replace("_", "-");
  return defineExperiment<NeperChoice, NeperResult, NeperFacts>({
    name,
    ...about,
    options: neperChoice,
    needs: [],
    tools: [
      { program: "lscpu", debianPackage: "util-linux" },
      { program: "taskset", debianPackage: "util-linux" },
      { program: "mktemp", debianPackage: "coreutils" },
    ],
    facts: { ...cpuFacts, neper: builtFact(build) },
    links: ({ links }) => links,
    title({ links, flows, set }) {
      const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
      const more = set === undefined ? "" : `, ${set}`;
      return `neper ${program}, ${many(links, "link")} with ${many(flows, "flow")}${links === 1 ? "" : " each"}${more}`;
    },
    traffic({ durationS, flows, set }) {
      const { pacingBytesPerS } = readSet(program, set);
      const paced = pacingBytesPerS === undefined ? {} : { bitsPerS: 8 * pacingBytesPerS * flows };
      return { seconds: durationS, ...paced };
    },
    processes: (context) => neperProcesses(program, context),
    window: (chosen) => windowOf("client-1", chosen),
    otherWindows: (chosen) =>
      flowSetIds(chosen.links)
        .slice(1)
        .map(({ client }) => windowOf(client, chosen)),
    parser: { name: neperParser.name, version: neperParser.version },
    parse: (outputs, chosen) => readNeper(program, outputs, chosen),
    check: (context) => checkNeper(program, context),
    counterRules: program.startsWith("udp") ? udpRules : tcpRules,
    samples: neperSamples,
    headline: () => (program.endsWith("stream") ? "goodput" : "transactions"),
    ...(program === "tcp_stream" ? { upstreamLines: neperLines } : {}),
  });
}

const seen: readonly FeatureEvidence[] = [
  { feature: "links side by side", level: "namespace" },
  { feature: "CPUs of NUMA nodes", level: "constructed" },
];
const psp: readonly FeatureEvidence[] = [{ feature: "PSP", level: "plan only" }];

/** The experiments with all eight programs of a build of neper. */
export const neperExperiments = (build: ProgramBuild) => {
  const one = (program: NeperProgram, summary: string, evidence = seen) =>
    neperExperiment(program, build, { summary, evidence });
  return {
    "tcp-stream": one("tcp_stream", "bulk transfer over TCP"),
    "tcp-rr": one("tcp_rr", "requests and responses over TCP"),
    "tcp-crr": one("tcp_crr", "the same with a connection for each"),
    "udp-stream": one("udp_stream", "bulk transfer over UDP"),
    "udp-rr": one("udp_rr", "requests and responses over UDP"),
    "psp-stream": one("psp_stream", "bulk transfer over PSP", psp),
    "psp-rr": one("psp_rr", "requests and responses over PSP", psp),
    "psp-crr": one("psp_crr", "the same with a connection for each", psp),
  };
};
