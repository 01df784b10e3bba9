import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";
import type { Answer, Decision, StepPlace } from "../../plan/step.js";
import {
  asRoot,
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "../decisions.js";
import { script } from "../script.js";
import { type FileState, fileStateText, parseFileState } from "./file-state.js";
import { type PlaceFacts, parsePlaceFacts } from "./place-facts.js";
import { placeScript, putBackScript, removeScript, saveScript } from "./scripts.js";

/** A file to put at a path. */
export interface Placement {
  /** Of the step. */
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  /** @default that of the file which is there, else 0o644 */
  readonly mode?: number | undefined;
  /** Whether the step asks for an owner; otherwise that of the file which is there stays. */
  readonly owned?: boolean;
  /** Where its bytes come from, the first that has the right hash: URLs, paths, `-` for `stdin`. */
  readonly sources: readonly string[];
  readonly stdin?: string;
  /** A step that may have to come first. */
  readonly after?: string | undefined;
}

/** Where a step keeps what it replaces: another place for each thing it has ever replaced. */
export function savedPath(place: StepPlace, id: string, seen: string): string {
  const name = createHash("sha256").update(`${id}\0${seen}`).digest("hex").slice(0, 32);
  return `${place.savedDirectory}/${name}`;
}

/** Decides on a file from the answers to `fileStateCommand` and `placeFactsCommand`. */
export function decidePlacement(
  placement: Placement,
  answers: { readonly seen: Answer; readonly facts: Answer | undefined },
  place: StepPlace,
): Decision {
  const { seen } = answers;
  const facts = parsePlaceFacts(answers.facts?.stdout);
  if (seen.exitCode !== 0) return noAnswer(placement.path, seen);
  if (facts === undefined) return noAnswer(placement.path, answers.facts);
  const state = parseFileState(seen.stdout);
  if (state.kind === "other") return inTheWay(placement.path, state.what);
  const wanted = wantedState(placement, state, facts);
  if (fileStateText(wanted) === seen.stdout) return satisfied;
  const obstacle = obstacleTo(placement, wanted, { state, facts });
  if (obstacle !== undefined) {
    return facts.parent === "missing" ? notBefore(placement.after, obstacle) : obstacle;
  }
  const { path, sources, stdin } = placement;
  const put = script(placeScript, path, wanted.mode, wanted.owner, wanted.sha256, ...sources);
  const action = stdin === undefined ? put : { ...put, stdin };
  const needed = { state: "needed", wanted: fileStateText(wanted) } as const;
  if (state.kind === "absent") {
    return { ...needed, actions: [action], undo: [script(removeScript, path)] };
  }
  const saved = savedPath(place, placement.id, seen.stdout);
  const actions = [script(saveScript, path, saved), action];
  return { ...needed, actions, undo: [script(putBackScript, path, saved)] };
}

function wantedState(placement: Placement, state: FileState, facts: PlaceFacts) {
  const there = state.kind === "file" ? state : undefined;
  const mode = placement.mode?.toString(8) ?? there?.mode ?? "644";
  const owner = placement.owned ? facts.owner : (there?.owner ?? `${facts.uid}:${facts.gid}`);
  return { kind: "file", mode, owner, sha256: placement.sha256 } as const;
}

function inTheWay(path: string, what: string): Impossible {
  return impossible(`${path} is ${what}`, "name another path, or move away what is there");
}

function obstacleTo(
  { path }: Placement,
  wanted: { readonly owner: string },
  { state, facts }: { state: FileState; facts: PlaceFacts },
): Impossible | undefined {
  const directory = dirname(path);
  if (facts.parent === "missing") {
    return impossible(`there is no directory ${directory}`, `make it: mkdir -p ${directory}`);
  }
  if (wanted.owner.includes("unknown")) {
    return impossible(
      `the host does not know the owner or group wanted for ${path}`,
      "create it, or give numbers",
    );
  }
  if (facts.parent === "readonly") return impossible(`${directory} cannot be written`, asRoot);
  if (state.kind === "file" && state.sha256 === "unreadable") {
    return impossible(`${path} cannot be read, so it could not be set back`, asRoot);
  }
  if (facts.links > 1) {
    const reason = `${path} has ${facts.links} names (hard links), which replacing it would part`;
    return impossible(reason, "name another path, or make it a file of its own");
  }
  if (facts.uid !== "0" && wanted.owner.split(":")[0] !== facts.uid) {
    return impossible(`only root can give ${path} to another user`, asRoot);
  }
  return undefined;
}
