import { createHash } from "node:crypto";
import type { ToolNeed } from "../../experiment/experiment.js";
import type { PatternEditStepOptions } from "../../steps/pattern-edit.js";

/** Where something is built from, as data. */
interface BuildSources {
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
  /** What building needs beside git. @default nothing */
  readonly tools?: readonly ToolNeed[];
}

/** Programs built from a tree of sources. Kernels have an entry point of their own. */
export interface ProgramBuild extends BuildSources {
  /** What builds it, no shell text: `["make", "-j2"]`. */
  readonly argv: readonly [string, ...string[]];
  /** Programs that are there afterwards, as paths below the directory; their file names differ. */
  readonly artefacts: readonly [string, ...string[]];
  /**
   * What else the build leaves in the tree that .gitignore does not name, as git's glob patterns from the top.
   * @default nothing
   */
  readonly leaves?: readonly string[];
  readonly module?: never;
}

/** A kernel module built from a tree of sources for the kernel of the guests. */
export interface KernelModuleBuild extends BuildSources {
  readonly module: {
    /** Name of the `.ko` its makefile makes, without the ending. */
    readonly name: string;
    /** Macros for the preprocessor. @default none */
    readonly defines?: Readonly<Record<string, number | string | true>>;
  };
}

/** What is built from a tree of sources for hosts to run. */
export type Build = KernelModuleBuild | ProgramBuild;

/** What every build needs. */
const gitTool: ToolNeed = { program: "git", debianPackage: "git" };

/** All programs a build needs where it is done. */
export const buildTools = ({ tools = [] }: Build): readonly ToolNeed[] => [gitTool, ...tools];

/** Tells a build from every other one: a hash of all that its artefacts depend on but the machine. */
export function buildKey(build: Build): string {
  const { name, source, edits = {}, directory = "" } = build;
  const commit = source.commit.toLowerCase();
  const made = build.module === undefined ? [build.argv, build.artefacts] : [build.module];
  const inputs = [name, commit, Object.entries(edits).sort(), directory, ...made];
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 20);
}

/** What a build leaves, as paths below its directory; of a module its file, and beside it what tells it from others. */
export const artefactsOf = (build: Build): readonly string[] =>
  build.module === undefined
    ? build.artefacts
    : [`${build.module.name}.ko`, moduleNoteName(build.module.name)];

/** Name of the file beside a module that says what it is. */
export const moduleNoteName = (module: string): string => `${module}.json`;

/** Path of an artefact in the tree of sources. */
export const artefactInTree = ({ directory }: Build, artefact: string): string =>
  directory === undefined ? artefact : `${directory}/${artefact}`;

/** Name an artefact has where it was copied to. */
export const artefactName = (artefact: string): string =>
  artefact.slice(artefact.lastIndexOf("/") + 1);

/** What each host has below its directory of a build: where it was built, or where it was copied to. */
export const buildParts = { tree: "tree", copies: "artefacts" } as const;
