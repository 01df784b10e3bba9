import { moduleBuildStep } from "../../kernel/module/module-build-step.js";
import type { Step } from "../../plan/step.js";
import { buildStep } from "../../steps/build.js";
import { builtBinaryStep } from "../../steps/built-binary.js";
import { directoryStep } from "../../steps/directory.js";
import { gitCheckoutStep } from "../../steps/git-checkout.js";
import { patternEditStep } from "../../steps/pattern-edit.js";
import {
  artefactInTree,
  artefactName,
  artefactsOf,
  type Build,
  buildParts,
  type KernelModuleBuild,
} from "./build.js";

/** Where something is built. */
export interface BuildPlace {
  /** Absolute path on the host, of this build alone. */
  readonly directory: string;
  /** Where to look for the commit first: URLs, or paths on the host. */
  readonly mirrors: readonly string[];
}

/** What a build does to its tree, as git's patterns. */
function changedInTree(build: Build): string[] {
  const edited = Object.keys(build.edits ?? {});
  if (build.module !== undefined) return edited;
  const made = build.artefacts.map((one) => artefactInTree(build, one));
  return [...edited, ...made, ...(build.leaves ?? [])];
}

/** The steps that bring the sources of a build, and the id of the checkout among them. */
export function sourceSteps(
  build: Build,
  { directory, mirrors }: BuildPlace,
): { readonly steps: readonly Step[]; readonly checkout: string } {
  const tree = `${directory}/${buildParts.tree}`;
  const made = directoryStep({ path: directory });
  const checkout = gitCheckoutStep({
    ...build.source,
    ...{ mirrors, path: tree, after: made.id, mayChange: changedInTree(build) },
  });
  const edits = Object.entries(build.edits ?? {}).map(([path, list]) =>
    patternEditStep({ path: `${tree}/${path}`, edits: list, after: checkout.id }),
  );
  return { steps: [made, checkout, ...edits], checkout: checkout.id };
}

/**
 * The steps of a build where its sources are: checkout, edits, the build itself. A module is built for the kernel that
 * runs there.
 */
export function buildSteps(build: Build, place: BuildPlace): readonly Step[] {
  const { steps, checkout } = sourceSteps(build, place);
  const tree = `${place.directory}/${buildParts.tree}`;
  const source = build.directory === undefined ? tree : `${tree}/${build.directory}`;
  if (build.module !== undefined) return [...steps, ...moduleSteps(build, { place, source })];
  const built = buildStep({
    ...{ name: build.name, directory: source },
    ...{ argv: build.argv, outputs: build.artefacts, after: checkout },
  });
  return [...steps, built];
}

function moduleSteps(
  { module: { name, defines = {} } }: KernelModuleBuild,
  { place, source }: { readonly place: BuildPlace; readonly source: string },
): readonly Step[] {
  const artefacts = `${place.directory}/${buildParts.copies}`;
  const made = directoryStep({ path: artefacts });
  const directory = `${place.directory}/module`;
  return [made, moduleBuildStep({ name, defines, source, directory, artefacts, after: made.id })];
}

/** The steps that bring artefacts of the controller to a host. */
export async function copySteps(
  build: Build,
  { from, directory }: { readonly from: string; readonly directory: string },
): Promise<readonly Step[]> {
  const copies = `${directory}/${buildParts.copies}`;
  const made = directoryStep({ path: copies });
  const names = artefactsOf(build).map(artefactName);
  const files = names.map((name) =>
    builtBinaryStep({
      ...{ localPath: `${from}/${name}`, path: `${copies}/${name}`, after: made.id },
    }),
  );
  return [made, ...(await Promise.all(files))];
}
