import { readFile } from "node:fs/promises";
import { defineExperiment, type FeatureEvidence, type OptionsSchema } from "@hoststack/core";
import { iperf3Window } from "@hoststack/tools";
import { requirementsOf } from "../../doctor/requirements.js";
import { parseRedirectedIperf3 } from "../../outputs/redirected-iperf3.js";
import { withModule } from "../with-module.js";
import { hostFlowConditions } from "./conditions.js";
import { countsOf, type HostPattern, hostFlows, hostsOf } from "./flow-plan.js";
import type { HostFlowOptions } from "./options.js";
import { clientOf, hostFlowProcesses } from "./processes.js";
import { publishedLines } from "./published-lines.js";
import { hostFlowFindings, hostFlowResult, hostFlowSamples } from "./result.js";

/** What tells one experiment over several hosts from another. */
interface OverHosts<O extends HostFlowOptions> {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionsSchema<O>;
  readonly pattern: (options: O) => HostPattern;
  /** The hosts in words, for titles. */
  readonly words: (options: O) => string;
  readonly evidence: readonly FeatureEvidence[];
}

const windowOf = (id: string, durationS: number) => ({
  process: id,
  window: iperf3Window({ address: "unused", durationS }),
});

/** An experiment of bulk flows by iperf3 between several hosts, its sockets given to dcPIM or not. */
export function overHosts<O extends HostFlowOptions>(about: OverHosts<O>) {
  const { pattern, words, ...named } = about;
  const withPattern = (options: O) => {
    const chosen = pattern(options);
    return { ...options, pattern: chosen, hosts: hostsOf(chosen) };
  };
  const flowsOf = (options: O) => hostFlows(pattern(options), options.flows);
  const windows = (options: O) =>
    flowsOf(options).map((flow) => windowOf(clientOf(flow), options.durationS));
  return defineExperiment({
    ...named,
    ...withModule,
    requirements: requirementsOf(withPattern),
    tools: [...withModule.tools, { program: "iperf3", debianPackage: "iperf3" }],
    title: (options: O) => {
      const each = `${options.flows} ${options.flows === 1 ? "flow" : "flows"} each`;
      return `${options.protocol === "tcp" ? "TCP" : "dcPIM"} ${words(options)}, ${each}`;
    },
    hosts: (options) => countsOf(pattern(options)),
    traffic: ({ durationS }) => ({ seconds: durationS }),
    conditions: (options, part) => hostFlowConditions(withPattern(options), part),
    processes: (context) =>
      hostFlowProcesses({ ...context, options: withPattern(context.options) }),
    window: (options) => {
      const [first] = windows(options);
      if (first === undefined) throw new Error("a pattern has a flow");
      return first;
    },
    otherWindows: (options) => windows(options).slice(1),
    parser: { name: "dcpim-host-flows", version: 1 },
    async parse(outputs, options) {
      const read = flowsOf(options).map(async (flow) => {
        const text = await readFile(outputs.of(clientOf(flow)).stdout.path, "utf8");
        return { ...flow, ...parseRedirectedIperf3(text) };
      });
      return hostFlowResult(await Promise.all(read));
    },
    check: (context) => hostFlowFindings(context),
    counterRules: [],
    samples: (result) => hostFlowSamples(result),
    headline: () => "goodput",
    upstreamLines: publishedLines,
  });
}
