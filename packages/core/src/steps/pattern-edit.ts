import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import { impossible, noAnswer, notBefore } from "./decisions.js";
import { fileStateCommand, parseFileState, sha256Of } from "./files/file-state.js";
import { lineDiff } from "./files/line-diff.js";
import { placeFactsCommand } from "./files/place-facts.js";
import { decidePlacement } from "./files/placement.js";
import { checkStepOptions, hostPath, inputText, stepId } from "./options.js";
import { editText, type PatternEdit } from "./pattern-edit/edit-text.js";
import { script } from "./script.js";

const edit = z
  .strictObject({
    pattern: inputText.min(1),
    replacement: inputText.min(1, "must not be empty: give what stands beside the pattern as well"),
    count: z.int().positive().default(1),
  })
  .refine(({ pattern, replacement }) => pattern !== replacement, "changes nothing");

const schema = z.strictObject({
  path: hostPath,
  edits: z.array(edit).min(1),
  after: stepId.optional(),
});

/** Small edits of a file of others. */
export interface PatternEditStepOptions {
  /** Absolute path on the host, of a text file of at most 1 MiB. */
  readonly path: string;
  /** Made one after the other. */
  readonly edits: readonly (Omit<PatternEdit, "count"> & {
    /** How often the pattern has to be there. @default 1 */
    readonly count?: number;
  })[];
  /** The step that brings the file. */
  readonly after?: string;
}

const maxBytes = 1024 * 1024;
const textScript = `[ ! -f "$1" ] || [ -L "$1" ] || head -c "$2" "$1"`;

/**
 * Has literal texts of a file replaced, each exactly as often as it is said; a file in which they are
 * not found like that is left alone. Mode and owner stay; undone, the file is the one that was there.
 * Whether an edit is made already is told by its replacement, so this has to be found nowhere else in the
 * file. Throws OPTIONS_INVALID.
 */
export function patternEditStep(options: PatternEditStepOptions): Step {
  const given = { ...options, edits: [...options.edits] };
  const { path, edits, after } = checkStepOptions(schema, given, "pattern edit");
  const id = `pattern-edit:${path}`;
  return {
    id,
    title: `edit ${path} in ${edits.length === 1 ? "one place" : `${edits.length} ways`}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: fileStateCommand(path),
    probes: [placeFactsCommand(path), script(textScript, path, String(maxBytes + 1))],
    decide: (seen, [facts, text], place) => {
      const state = parseFileState(seen.stdout);
      if (state.kind === "absent") {
        const remedy = "get the sources first, or correct the path";
        return notBefore(after, impossible(`there is no file ${path}`, remedy));
      }
      const edited =
        state.kind === "file" ? editAnswer({ path, edits, sha256: state.sha256 }, text) : "";
      if (typeof edited !== "string") return edited;
      const sha256 = sha256Of(edited);
      const placement = { id, path, sha256, sources: ["-"], stdin: edited };
      const decision = decidePlacement(placement, { seen, facts }, place);
      if (decision.state !== "needed") return decision;
      return { ...decision, diff: lineDiff(path, text?.stdout ?? "", edited) };
    },
  };
}

function editAnswer(
  file: { path: string; edits: readonly PatternEdit[]; sha256: string },
  answer: Answer | undefined,
): string | Decision {
  const { path, edits, sha256 } = file;
  if (sha256 === "unreadable" || answer?.exitCode !== 0) return noAnswer(path, answer);
  const text = answer.stdout;
  if (Buffer.byteLength(text) > maxBytes) {
    return impossible(`${path} is larger than 1 MiB`, "edit a smaller file, or replace it whole");
  }
  if (sha256Of(text) !== sha256 || text.includes("\0")) {
    const remedy = "replace the file whole where it is not UTF-8; else try again";
    return impossible(`${path} is no UTF-8 text, or it is being written to`, remedy);
  }
  const edited = editText(text, edits);
  if (edited.kind === "text") return edited.text;
  return impossible(
    `${path}: ${edited.reason}`,
    "compare the file with the version the edits were made for",
  );
}
