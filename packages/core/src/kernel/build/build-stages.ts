import { dirname } from "node:path/posix";
import { hoststackError } from "../../errors/error.js";
import type { BuiltKernel } from "../built.js";
import { type BuildInputs, type BuildState, buildState, stampStage } from "./build-line.js";
import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import { compile } from "./compile.js";
import { configure } from "./configure.js";
import { type KernelBuildStage, kernelBuildStages } from "./events.js";
import { needSpace } from "./needed-space.js";
import { needTools } from "./needed-tools.js";
import { builtKernel, packageKernel, packedKernel } from "./package-kernel.js";
import { patchTree } from "./patch-tree.js";
import { fetchSource } from "./source-fetch.js";
import { refuseOthers, runStage, stageError } from "./stage-run.js";
import { treeScript, unpackScript } from "./tree-scripts.js";

/** What the stages of one build work with. */
interface Build {
  readonly place: BuildPlace;
  readonly inputs: BuildInputs;
  /** What earlier builds have left. */
  readonly state: BuildState;
  /** The sources as published. */
  readonly pristine: string;
  /** The tree of our own, its objects, logs and stamps. */
  readonly line: string;
}

/** Does the stages of a build that are not done, in their order; the name of the line is among `inputs`. */
export async function buildStages(
  place: BuildPlace,
  inputs: BuildInputs,
  lineName: string,
): Promise<BuiltKernel> {
  const state = await buildState(place, inputs, lineName);
  const kernels = `${place.work}/kernels`;
  if (state.kernel !== undefined) {
    for (const stage of kernelBuildStages) place.tell({ kind: "stage", stage, state: "skipped" });
    return builtKernel(kernels, inputs.tag, state.kernel);
  }
  const tools = needTools(place, inputs.recipe);
  if (!state.hasObjects) {
    await tools;
    await needSpace(place, inputs.recipe.base);
  }
  const line = `${place.work}/lines/${lineName}`;
  const pristine = `${place.work}/sources/${inputs.identity.key}/pristine`;
  const build = { place, inputs, state, pristine, line };
  // they were there when the line was built before, and are not waited for then
  const asked = await Promise.allSettled([tools, bringTree(build)]);
  for (const one of asked) if (one.status === "rejected") throw one.reason;
  return await makeKernel(build);
}

async function bringTree(build: Build): Promise<void> {
  await bringSources(build);
  await makeTree(build);
}

async function bringSources({ place, inputs, state, pristine }: Build): Promise<void> {
  const { identity, recipe } = inputs;
  const isTree = identity.tree !== undefined;
  const isThere = isTree ? state.treeDigest === identity.digest : state.hasPristine;
  const isFetched = isThere || (!isTree && state.hasArchive);
  await tellStage(place, { stage: "fetch", isDone: isFetched }, async () => {
    await fetchSource(place, recipe.source, identity);
    return {};
  });
  const isUnpacked = isThere || isTree || "git" in recipe.source;
  await tellStage(place, { stage: "unpack", isDone: isUnpacked }, async () => {
    const outcome = await runStage(place, {
      stage: "unpack",
      key: identity.digest,
      directory: `${place.work}/sources/${identity.key}-log`,
      command: placedScript(place, unpackScript, dirname(pristine)),
    });
    if (!outcome.ok) throw stageError(place, outcome);
    return { log: outcome.log };
  });
}

async function makeTree({ place, inputs, state, pristine, line }: Build): Promise<void> {
  const { identity, patchKey, recipe } = inputs;
  const { stamps } = state;
  const isDone = stamps.tree === identity.digest && stamps.patch === patchKey;
  await tellStage(place, { stage: "patch", isDone }, async () => {
    await refuseOthers(place, `${line}/logs`);
    const answer = await runScript(place, treeScript, pristine, line, identity.digest);
    if (answer.trim() === "unclean") throw unclean(identity.tree ?? pristine);
    await patchTree(place, { pristine, line, key: patchKey }, recipe);
    return {};
  });
}

function unclean(path: string): Error {
  return hoststackError("KERNEL_RECIPE_INVALID", `somebody has built in the sources ${path}`, {
    remedy: "clean them with make mrproper there, or give other ones",
    details: { path },
  });
}

async function makeKernel({ place, inputs, state, line }: Build): Promise<BuiltKernel> {
  const { recipe, tag, patchKey, configKey, record } = inputs;
  const { stamps } = state;
  await tellStage(
    place,
    { stage: "configure", isDone: stamps.configure === configKey },
    async () => {
      const log = await configure(place, { line, recipe, key: configKey });
      await stampStage(place, line, { stage: "configure", key: configKey });
      return { log };
    },
  );
  const making = { line, tag, patchKey, configKey, record };
  const isBuilt = stamps.build === tag;
  const compiled = await tellStage(place, { stage: "build", isDone: isBuilt }, async () => {
    return await compile(place, { ...making, whole: !state.hasObjects });
  });
  const packed = await tellStage(place, { stage: "package", isDone: false }, async () => {
    if (compiled?.packed) return { kernel: await packedKernel(place, tag), log: compiled.log };
    return await packageKernel(place, making);
  });
  if (packed === undefined) throw new Error("a stage that is not done gives what it makes");
  return packed.kernel;
}

/** Does a stage unless it is done, and tells about it. */
async function tellStage<T extends { readonly log?: string }>(
  { tell }: BuildPlace,
  { stage, isDone }: { readonly stage: KernelBuildStage; readonly isDone: boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (isDone) {
    tell({ kind: "stage", stage, state: "skipped" });
    return undefined;
  }
  const begun = performance.now();
  tell({ kind: "stage", stage, state: "begun" });
  const done = await work();
  const { log } = done;
  const durationMs = performance.now() - begun;
  tell({ kind: "stage", stage, state: "done", durationMs, ...(log === undefined ? {} : { log }) });
  return done;
}
