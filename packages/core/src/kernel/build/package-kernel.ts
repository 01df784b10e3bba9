import type { BuiltKernel } from "../built.js";
import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import { makeArguments } from "./make-arguments.js";
import { packageScript } from "./package-scripts.js";
import { runStage, stageError } from "./stage-run.js";

/** What is to be packed. */
export interface Packing {
  /** Directory of the line. */
  readonly line: string;
  readonly tag: string;
  readonly patchKey: string;
  readonly configKey: string;
  /** Noted with the kernel. */
  readonly record: unknown;
}

/** A kernel in its place, and the log of putting it there. */
export interface PackedKernel {
  readonly kernel: BuiltKernel;
  readonly log: string;
}

/** Puts a kernel in its place as a whole. Throws KERNEL_BUILD_FAILED, also when it has not the tag. */
export async function packageKernel(place: BuildPlace, packing: Packing): Promise<PackedKernel> {
  const { line, tag, patchKey, configKey, record } = packing;
  const kernels = `${place.work}/kernels`;
  const inputs = JSON.stringify(record);
  const words = [line, kernels, tag, patchKey, configKey, inputs, ...makeArguments(place)];
  const outcome = await runStage(place, {
    stage: "package",
    key: tag,
    directory: `${line}/logs`,
    command: placedScript(place, packageScript, ...words),
  });
  if (!outcome.ok) throw stageError(place, outcome);
  return { kernel: await packedKernel(place, tag), log: outcome.log };
}

/** The kernel of a tag, from its place. */
export async function packedKernel(place: BuildPlace, tag: string): Promise<BuiltKernel> {
  const kernels = `${place.work}/kernels`;
  const json = await runScript(place, 'cat -- "$1"', `${kernels}/${tag}/kernel.json`);
  return builtKernel(kernels, tag, json);
}

/** A kernel as its `kernel.json` describes it. */
export function builtKernel(kernels: string, tag: string, json: string): BuiltKernel {
  const { release, configSha256 } = JSON.parse(json) as Omit<BuiltKernel, "directory">;
  return { release, configSha256, directory: `${kernels}/${tag}` };
}
