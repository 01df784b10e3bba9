import { z } from "zod";
import type { Answer, Decision, Step, StepPlace } from "../plan/step.js";
import { fileStateCommand, parseFileState, sha256Of } from "./files/file-state.js";
import { lineDiff } from "./files/line-diff.js";
import { placeFactsCommand } from "./files/place-facts.js";
import { decidePlacement } from "./files/placement.js";
import { isShowable, publicTextCommand } from "./files/readable-text.js";
import { checkStepOptions, fileMode, hostPath, inputText, stepId } from "./options.js";

const schema = z.strictObject({
  path: hostPath,
  content: inputText,
  mode: fileMode.default(0o644),
  owner: z
    .string()
    .regex(/^([a-z_][a-z0-9_.-]*|\d+):([a-z_][a-z0-9_.-]*|\d+)$/i, "must be `user:group`")
    .optional(),
  after: stepId.optional(),
});

/** A text file to have on the host. */
export interface FileStepOptions {
  /** Absolute path on the host; its directory has to exist. */
  readonly path: string;
  readonly content: string;
  /** Permission bits. @default 0o644 */
  readonly mode?: number;
  /** `user:group`, names or numbers. @default that of the file there, else the user who applies */
  readonly owner?: string;
  /** The step that makes the directory, where one does. */
  readonly after?: string;
}

/**
 * Has a file with this content and mode, replaced by one rename; undone, the file that was there is back
 * with its times. What not everybody may read is never shown in the diff. A link, a directory or a file
 * with several names is refused. Throws OPTIONS_INVALID.
 */
export function fileStep(options: FileStepOptions): Step {
  const { path, content, mode, owner, after } = checkStepOptions(schema, options, "file");
  const id = `file:${path}`;
  const placement = { id, path, sha256: sha256Of(content), mode, sources: ["-"], stdin: content };
  const decide = (seen: Answer, answers: readonly Answer[], place: StepPlace): Decision => {
    const [facts, old] = answers;
    const owned = owner !== undefined;
    const decision = decidePlacement({ ...placement, owned, after }, { seen, facts }, place);
    if (decision.state !== "needed") return decision;
    return { ...decision, diff: diffOf({ seen, old, wanted: decision.wanted }, { path, content }) };
  };
  return {
    id,
    title: `have the file ${path}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: fileStateCommand(path),
    probes: [placeFactsCommand(path, owner), publicTextCommand(path)],
    decide,
  };
}

function diffOf(
  { seen, old, wanted }: { seen: Answer; old: Answer | undefined; wanted: string },
  { path, content }: { path: string; content: string },
): string {
  const [before, after] = [parseFileState(seen.stdout), parseFileState(wanted)];
  const summary = `${seen.stdout.trim()} -> ${wanted.trim()}`;
  const text = before.kind === "file" ? (old?.stdout ?? "") : "";
  const hidden = [before, after].some(
    (state) => state.kind === "file" && !/[4567]$/.test(state.mode),
  );
  // What the probe shows may have changed since the check, or have been cut.
  const known = before.kind !== "file" || sha256Of(text) === before.sha256;
  if (hidden || !known || !isShowable(text) || !isShowable(content)) return summary;
  const lines = lineDiff(path, text, content);
  return lines === "" ? summary : lines;
}
