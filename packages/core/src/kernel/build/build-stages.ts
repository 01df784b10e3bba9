import type { BuiltKernel } from "../built.js";
import { type BuildInputs, type BuildState, buildState, stampStage } from "./build-line.js";
import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import { compile } from "./compile.js";
import { configure } from "./configure.js";
import { type KernelBuildStage, kernelBuildStages } from "./events.js";
import { needSpace } from "./needed-space.js";
import { needTools } from "./needed-tools.js";
import { builtKernel, packageKernel } from "./package-kernel.js";
import { patchTree } from "./patch-tree.js";
import { fetchSource } from "./source-fetch.js";
import { runStage, stageError } from "./stage-run.js";
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
  await needTools(place, inputs.recipe);
  if (!state.hasObjects) await needSpace(place, inputs.recipe.base);
  const line = `${place.work}/lines/${lineName}`;
  const pristine = `${place.work}/sources/${inputs.identity.key}/pristine`;
  const build = { place, inputs, state, pristine, line };
  await bringSources(build);
  await makeTree(build);
  return await makeKernel(build);
}

async function bringSources({ place, inputs, state, pristine }: Build): Promise<void> {
  const { identity, recipe } = inputs;
  const isTree = identity.tree !== undefined;
  const isThere = isTree ? state.treeDigest === identity.digest : state.hasPristine;
  await stage(place, "fetch", isThere || (!isTree && state.hasArchive), async () => {
    await fetchSource(place, recipe.source, identity);
  });
  await stage(place, "unpack", isThere || isTree || "git" in recipe.source, async () => {
    const outcome = await runStage(place, {
      stage: "unpack",
      key: identity.digest,
      directory: `${place.work}/sources/${identity.key}-log`,
      command: placedScript(place, unpackScript, pristine.slice(0, -"/pristine".length)),
    });
    if (!outcome.ok) throw stageError(place, outcome);
    return outcome.log;
  });
}

async function makeTree({ place, inputs, state, pristine, line }: Build): Promise<void> {
  const { identity, patchKey, recipe } = inputs;
  const { stamps } = state;
  const isDone = stamps.tree === identity.digest && stamps.patch === patchKey;
  await stage(place, "patch", isDone, async () => {
    await runScript(place, 'mkdir -p -- "$1/logs"', line);
    await runScript(place, treeScript, pristine, line, identity.digest);
    await patchTree(place, { pristine, line }, recipe);
    await stampStage(place, line, { stage: "patch", key: patchKey });
  });
}

async function makeKernel({ place, inputs, state, line }: Build): Promise<BuiltKernel> {
  const { recipe, tag, record } = inputs;
  await stage(place, "configure", state.stamps.configure === tag, async () => {
    const log = await configure(place, { line, recipe, tag });
    await stampStage(place, line, { stage: "configure", key: tag });
    return log;
  });
  await stage(place, "build", state.stamps.build === tag, async () => {
    return await compile(place, { line, tag, whole: !state.hasObjects });
  });
  let kernel: BuiltKernel | undefined;
  await stage(place, "package", false, async () => {
    kernel = await packageKernel(place, { line, tag, record });
  });
  if (kernel === undefined) throw new Error("packaging gives a kernel or throws");
  return kernel;
}

/** Does one stage unless it is done, and tells about it; `work` resolves with the path of its log. */
async function stage(
  { tell }: BuildPlace,
  name: KernelBuildStage,
  isDone: boolean,
  work: () => Promise<string | undefined | void>,
): Promise<void> {
  if (isDone) return tell({ kind: "stage", stage: name, state: "skipped" });
  const begun = performance.now();
  tell({ kind: "stage", stage: name, state: "begun" });
  const log = await work();
  const durationMs = performance.now() - begun;
  const logged = typeof log === "string" ? { log } : {};
  tell({ kind: "stage", stage: name, state: "done", durationMs, ...logged });
}
