import type { ProgramBuild, Variant } from "@hoststack/core";
import { z } from "zod";
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

/** What a setup is told of tcpd; runs name the same headers to have that build. */
export const tcpdSetupOptions = z.strictObject({
  memory: z.enum(["cuda", "udmabuf"]).optional().describe("tcpd for this; default cuda"),
  headersDirectory: z.string().optional().describe("Google's kernel headers: builds tcpd"),
  cudaArchitecture: z.string().optional().describe("what nvcc compiles tcpd for"),
});

/** The builds of tcpd some variants ask for, or the setup for all of them, each once. Throws OPTIONS_INVALID. */
export function tcpdBuilds(
  variants: readonly Variant[],
  told: z.output<typeof tcpdSetupOptions> = {},
): readonly ProgramBuild[] {
  const given = Object.entries(told).filter(([, value]) => value !== undefined);
  const builds = variants
    .filter(({ experiment }) => experiment.name === "tcpd-stream")
    .map(({ options }) => ({ ...(options as BuildChoice), ...Object.fromEntries(given) }))
    .flatMap((chosen) => chosenTcpdBuild(chosen) ?? []);
  return [...new Map(builds.map((build) => [JSON.stringify(build), build])).values()];
}
