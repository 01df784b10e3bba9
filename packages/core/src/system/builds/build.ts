import { createHash } from "node:crypto";
import type { ToolNeed } from "../../experiment/experiment.js";
import type { PatternEditStepOptions } from "../../steps/pattern-edit.js";

/** Programs built from a tree of sources, as data. Kernels and their modules have entry points of their own. */
export interface Build {
  /** For people; what tells builds apart is everything in here. */
  readonly name: string;
  readonly source: {
    /** URL of the upstream repository. */
    readonly repository: string;
    /** All 40 digits. */
    readonly commit: string;
  };
  /** Changes to files of the tree, by their paths in it. @default none */
  readonly edits?: Readonly<Record<string, PatternEditStepOptions["edits"]>>;
  /** Where in the tree the command runs and the artefacts are. @default its top */
  readonly directory?: string;
  /** What builds it, no shell text: `["make", "-j2"]`. */
  readonly argv: readonly [string, ...string[]];
  /** Programs that are there afterwards, as paths below the directory; their file names differ. */
  readonly artefacts: readonly [string, ...string[]];
  /**
   * What else the build leaves in the tree that .gitignore does not name, as git's glob patterns from the top.
   * @default nothing
   */
  readonly leaves?: readonly string[];
  /** What building needs beside git. @default nothing */
  readonly tools?: readonly ToolNeed[];
}

/** What every build needs. */
const gitTool: ToolNeed = { program: "git", debianPackage: "git" };

/** All programs a build needs where it is done. */
export const buildTools = ({ tools = [] }: Build): readonly ToolNeed[] => [gitTool, ...tools];

/** Tells a build from every other one: a hash of all that its artefacts depend on but the machine. */
export function buildKey(build: Build): string {
  const { name, source, edits = {}, directory = "", argv, artefacts } = build;
  const commit = source.commit.toLowerCase();
  const inputs = [name, commit, Object.entries(edits).sort(), directory, argv, artefacts];
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 20);
}

/** Path of an artefact in the tree of sources. */
export const artefactInTree = ({ directory }: Build, artefact: string): string =>
  directory === undefined ? artefact : `${directory}/${artefact}`;

/** Name an artefact has where it was copied to. */
export const artefactName = (artefact: string): string =>
  artefact.slice(artefact.lastIndexOf("/") + 1);

/** What each host has below its directory of a build: where it was built, or where it was copied to. */
export const buildParts = { tree: "tree", copies: "artefacts" } as const;
