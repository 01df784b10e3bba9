import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import {
  asRoot,
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "./decisions.js";
import { parsePlaceFacts, placeFactsCommand } from "./files/place-facts.js";
import { cloneScript, removeTreeScript, treeStateScript } from "./git/scripts.js";
import { checkStepOptions, hostPath, stepId } from "./options.js";
import { script } from "./script.js";
import { sourceUrl } from "./source-url.js";

const repository = z.union([
  hostPath,
  sourceUrl,
  z
    .string()
    .regex(/^(ssh:\/\/)?[\w.-]+@[\w.-]+(:\d+)?[:/][!-~]+$/, "must be a URL or `user@host:path`"),
]);

const schema = z.strictObject({
  repository,
  mirrors: z.array(repository).default([]),
  commit: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, "must be a whole commit of 40 hexadecimal digits")
    .toLowerCase(),
  path: hostPath,
  mayChange: z
    .array(z.string().regex(/^[^/:!][^\0\n]*$/, "must be a path in the tree"))
    .default([]),
  after: stepId.optional(),
});

/** A tree of sources. */
export interface GitCheckoutStepOptions {
  /** URL, `user@host:path`, or a path on the host; without a password in it. */
  readonly repository: string;
  /** Where to look first, in order. @default none */
  readonly mirrors?: readonly string[];
  /** All 40 digits. */
  readonly commit: string;
  /** Absolute path of the tree on the host; its directory has to exist. */
  readonly path: string;
  /**
   * What later steps edit or builds leave in the tree, as git's glob patterns from its top
   * (`src/Makefile`, `build/**`); changes there do not make the tree a changed one, and go with it.
   * What the tree's .gitignore names never does.
   * @default none
   */
  readonly mayChange?: readonly string[];
  /** The step that installs git or makes the directory, where one does. */
  readonly after?: string;
}

/** Where builds keep what they know, which is where they run. */
const buildNotes = "**/.hoststack-build/**";
const toolScript = `command -v git >/dev/null && echo git || echo none`;

/**
 * Has a tree checked out at a commit, without its submodules. It is fetched beside its place and moved
 * there whole, so that there is never half of one. Anything else at the path, also the same tree with
 * changes, is refused and never overwritten. Throws OPTIONS_INVALID.
 */
export function gitCheckoutStep(options: GitCheckoutStepOptions): Step {
  const { mirrors = [], mayChange = [] } = options;
  const copied = { ...options, mirrors: [...mirrors], mayChange: [...mayChange] };
  const given = checkStepOptions(schema, copied, "git checkout");
  const { commit, path, after } = given;
  const sources = [...given.mirrors, given.repository];
  const changing = [...given.mayChange, buildNotes].map(
    (pattern) => `:(exclude,top,glob)${pattern}`,
  );
  const decide = (seen: Answer, [facts, tool]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer(path, seen);
    if (seen.stdout === `${commit} clean\n`) return satisfied;
    if (seen.stdout !== "absent\n") return inTheWay(given, seen.stdout.trim());
    const obstacle = obstacleTo(path, facts, tool);
    if (obstacle !== undefined) return notBefore(after, obstacle);
    return {
      state: "needed",
      wanted: `${commit} clean\n`,
      actions: [script(cloneScript, path, commit, given.repository, ...sources)],
      undo: [script(removeTreeScript, path, commit)],
      diff: `${path}: absent -> ${commit} of ${given.repository}`,
    };
  };
  return {
    id: `git-checkout:${path}`,
    title: `check out ${commit.slice(0, 12)} of ${given.repository} at ${path}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: script(treeStateScript, path, ...changing),
    probes: [placeFactsCommand(path), script(toolScript)],
    decide,
  };
}

function inTheWay({ path, commit }: { path: string; commit: string }, state: string): Impossible {
  const [there = "", ...changes] = state.split(" ");
  const remedy = `move it away (mv ${path} ${path}.mine), or name another path`;
  if (there === commit)
    return impossible(`${path} has changes that no step has made: ${changes.join(" ")}`, remedy);
  if (/^[0-9a-f]{40}$/.test(there)) return impossible(`${path} is at the commit ${there}`, remedy);
  return impossible(`${path} is there and is no tree of git`, remedy);
}

function obstacleTo(path: string, facts: Answer | undefined, tool: Answer | undefined) {
  const { parent } = parsePlaceFacts(facts?.stdout) ?? {};
  if (parent === undefined) return noAnswer(path, facts);
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  if (parent === "missing") {
    return impossible(`there is no directory ${directory}`, `make it: mkdir -p ${directory}`);
  }
  if (parent === "readonly") return impossible(`${directory} cannot be written`, asRoot);
  if (tool?.stdout.trim() !== "git")
    return impossible("the host has no git", "install git on the host");
  return undefined;
}
