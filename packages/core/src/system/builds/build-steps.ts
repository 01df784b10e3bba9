import type { Step } from "../../plan/step.js";
import { buildStep } from "../../steps/build.js";
import { builtBinaryStep } from "../../steps/built-binary.js";
import { directoryStep } from "../../steps/directory.js";
import { gitCheckoutStep } from "../../steps/git-checkout.js";
import { patternEditStep } from "../../steps/pattern-edit.js";
import { artefactInTree, artefactName, type Build, buildParts } from "./build.js";

/** Where something is built. */
export interface BuildPlace {
  /** Absolute path on the host, of this build alone. */
  readonly directory: string;
  /** Where to look for the commit first: URLs, or paths on the host. */
  readonly mirrors: readonly string[];
}

/** What a build does to its tree, as git's patterns. */
function changedInTree(build: Build): string[] {
  const { edits = {}, artefacts, leaves = [] } = build;
  const made = artefacts.map((one) => artefactInTree(build, one));
  return [...Object.keys(edits), ...made, ...leaves];
}

/** The steps of a build where its sources are: checkout, edits, the build itself. */
export function buildSteps(build: Build, { directory, mirrors }: BuildPlace): readonly Step[] {
  const tree = `${directory}/${buildParts.tree}`;
  const made = directoryStep({ path: directory });
  const checkout = gitCheckoutStep({
    ...build.source,
    ...{ mirrors, path: tree, after: made.id, mayChange: changedInTree(build) },
  });
  const edits = Object.entries(build.edits ?? {}).map(([path, list]) =>
    patternEditStep({ path: `${tree}/${path}`, edits: list, after: checkout.id }),
  );
  const built = buildStep({
    name: build.name,
    directory: build.directory === undefined ? tree : `${tree}/${build.directory}`,
    ...{ argv: build.argv, outputs: build.artefacts, after: checkout.id },
  });
  return [made, checkout, ...edits, built];
}

/** The steps that bring artefacts of the controller to a host. */
export async function copySteps(
  build: Build,
  { from, directory }: { readonly from: string; readonly directory: string },
): Promise<readonly Step[]> {
  const copies = `${directory}/${buildParts.copies}`;
  const made = directoryStep({ path: copies });
  const names = build.artefacts.map(artefactName);
  const files = names.map((name) =>
    builtBinaryStep({
      ...{ localPath: `${from}/${name}`, path: `${copies}/${name}`, after: made.id },
    }),
  );
  return [made, ...(await Promise.all(files))];
}
