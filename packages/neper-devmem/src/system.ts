import { defineSetup, defineSystem, type ProgramBuild, packageVersion } from "@hoststack/core";
import { neperBuild } from "./build.js";
import { devmemExperiments } from "./devmem/experiment/experiments.js";
import { tcpdBuilds, tcpdSetupOptions } from "./devmem/legacy/chosen-build.js";
import { iperf3 } from "./experiments/iperf3.js";
import { neperExperiments } from "./experiments/neper.js";
import { neperGuest } from "./guest.js";
import { neperOutputs } from "./outputs.js";

/** The system with neper as some build makes it. */
export function neperSystem(build: ProgramBuild) {
  const plain = neperExperiments(build);
  return defineSystem({
    name: "neper-devmem",
    version: packageVersion(import.meta.url),
    summary: "neper over one link or many, each with flows, ports and CPUs of its own",
    experiments: { ...plain, iperf3, ...devmemExperiments },
    suites: {},
    setup: defineSetup({
      options: tcpdSetupOptions,
      builds: ({ options, variants }) => [
        ...(variants.some(({ experiment }) => experiment.name in plain) ? [build] : []),
        ...tcpdBuilds(variants, options),
      ],
    }),
    outputs: neperOutputs,
    guest: neperGuest,
  });
}

/** neper and TCP devmem: what its command line and library offer. */
export const neperDevmem = neperSystem(neperBuild);
