import type { Host } from "../../host/host.js";
import { defaultCacheDirectory } from "../../packages/cache-directory.js";
import type { BuiltKernel } from "../built.js";
import type { KernelRecipe } from "../recipe.js";
import { checkKernelRecipe } from "../recipe-check.js";
import { type BuildHostFacts, buildHostFacts } from "./build-host.js";
import { type BuildInputs, lineName } from "./build-line.js";
import type { BuildKernelOptions } from "./build-options.js";
import type { BuildPlace, ScriptPlace } from "./build-place.js";
import { buildStages } from "./build-stages.js";
import { configurationChanges } from "./configuration-files.js";
import { guestSymbols } from "./guest-symbols.js";
import { hashOf, kernelTag, sha256Of } from "./hash-inputs.js";
import type { SourceIdentity } from "./known-source.js";
import { type ResolvedRecipe, resolveRecipe } from "./resolve-recipe.js";
import { identifySource } from "./source-identity.js";

/**
 * Builds a kernel on a host: fetches and verifies its sources, patches, configures and compiles them, and packs
 * the result. Its local version is a tag of the hash of all it is made from. Stages that were done for the same
 * inputs are not done again, so that a call for a kernel that is there returns at once, and one that follows a
 * killed or failed one goes on where that stopped; a change of a patch compiles what it changes.
 *
 * Long stages run as processes of their own on the host, which end within two minutes when nobody follows them
 * any more. Throws KERNEL_RECIPE_INVALID, TOOL_MISSING, CAPABILITY_MISSING (too little disk), DOWNLOAD_FAILED,
 * KERNEL_PATCH_FAILED, KERNEL_CONFIG_UNMET, KERNEL_BUILD_FAILED with the first error, LEASE_HELD while another
 * build uses the same directories, INTERRUPTED, and what hosts and transfers throw.
 */
export async function buildKernel(
  host: Host,
  recipe: KernelRecipe,
  options: BuildKernelOptions = {},
): Promise<BuiltKernel> {
  const { environment = {}, signal, workDirectory } = options;
  const resolved = await resolveRecipe(checkKernelRecipe(recipe));
  const asking: ScriptPlace = { host, environment, signal };
  const facts = await buildHostFacts(asking, {
    workDirectory,
    compiler: resolved.compiler,
    base: resolved.base.kind,
  });
  const place: BuildPlace = {
    ...asking,
    work: facts.work,
    jobs: options.jobs ?? facts.jobs,
    compiler: facts.ccache ? `ccache ${resolved.compiler}` : resolved.compiler,
    cacheDirectory: options.cacheDirectory ?? defaultCacheDirectory(),
    tell: (event) => options.onEvent?.(event),
  };
  const identity = await identifySource(place, resolved.source);
  const inputs = buildInputs(resolved, identity, facts);
  const line = lineName(identity, resolved, facts.compiler);
  return await buildStages(place, inputs, line);
}

function buildInputs(
  recipe: ResolvedRecipe,
  identity: SourceIdentity,
  facts: BuildHostFacts,
): BuildInputs {
  const { patches, edits, set, source } = recipe;
  const changes = { source: identity.digest, patches: patches.map(shortPatch), edits };
  const inputs = {
    ...changes,
    base: baseDigest(recipe, facts),
    set,
    compiler: facts.compiler,
    machine: facts.machine,
  };
  const record = {
    ...inputs,
    source: { ...source, digest: identity.digest },
    edits: edits.map(({ path, edits: made }) => ({ path, sha256: hashOf(made) })),
  };
  const { patches: decisive, edits: decisiveEdits } = configurationChanges(recipe);
  const configKey = hashOf({
    ...inputs,
    ...{ patches: decisive.map(shortPatch), edits: decisiveEdits },
  });
  return { recipe, identity, patchKey: hashOf(changes), configKey, tag: kernelTag(inputs), record };
}

const shortPatch = ({ name, text, strip, fuzz }: ResolvedRecipe["patches"][number]) => {
  return { name, sha256: sha256Of(text), strip, fuzz };
};

function baseDigest({ base }: ResolvedRecipe, facts: BuildHostFacts): string {
  if (base.kind === "target") return base.target;
  if (base.kind === "running") return `running ${facts.runningConfig}`;
  if (base.kind === "file") return `file ${sha256Of(base.content)}`;
  return `guest ${hashOf(guestSymbols)}`;
}
