import type { ProgramBuild, Variant } from "@hoststack/core";
import type { TcpdChoice } from "../experiment/options.js";
import { tcpdBuild } from "./builds.js";

type BuildChoice = Pick<TcpdChoice, "cudaArchitecture" | "headersDirectory" | "memory">;

/** The build of tcpd that options ask for; none where hosts have it. Throws OPTIONS_INVALID. */
export function chosenTcpdBuild(chosen: BuildChoice): ProgramBuild | undefined {
  const { memory, headersDirectory, cudaArchitecture } = chosen;
  if (headersDirectory === undefined) return undefined;
  return tcpdBuild({
    ...{ memory, headersDirectory },
    ...(cudaArchitecture === undefined ? {} : { cudaArchitecture }),
  });
}

/** The builds of tcpd some variants ask for, each once. Throws OPTIONS_INVALID. */
export function tcpdBuilds(variants: readonly Variant[]): readonly ProgramBuild[] {
  const builds = variants
    .filter(({ experiment }) => experiment.name === "tcpd-stream")
    .flatMap(({ options }) => chosenTcpdBuild(options as BuildChoice) ?? []);
  return [...new Map(builds.map((build) => [JSON.stringify(build), build])).values()];
}
