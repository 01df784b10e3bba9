import { hoststackError } from "../../errors/error.js";
import { editText } from "../../steps/pattern-edit/edit-text.js";
import { type BuildPlace, feedScript, runScripts, type ShortScript } from "./build-place.js";
import { patchFiles } from "./patch-files.js";
import { parsePatchReport, patchObjection } from "./patch-report.js";
import type { ResolvedPatch, ResolvedRecipe } from "./resolve-recipe.js";
import { patchScript, scratchScript, syncScript } from "./tree-scripts.js";

/** The most context `patch` can do without, so that a report says how much a hunk would need. */
const mostFuzz = 3;

const textRemedy = "check that it is a patch in unified format, of text files";
const isThere = "there\n";
const readScript = `[ ! -f "$1" ] || { printf ${JSON.stringify(isThere)}; cat -- "$1"; }`;
/** Writes to the file itself, which stays executable. */
const writeScript = `cat >"$1" && [ "$(wc -c <"$1")" -eq "$2" ]`;

/** Where changes are made. */
export interface PatchedTree {
  /** The sources as published. */
  readonly pristine: string;
  /** The directory with the tree of our own. */
  readonly line: string;
  /** What its stamp says of these changes. */
  readonly key: string;
}

/**
 * Makes the patches and edits of a recipe: beside the tree first, so that it changes as a whole or not at all.
 * Throws KERNEL_PATCH_FAILED naming each hunk that does not fit, or the edit.
 */
export async function patchTree(
  place: BuildPlace,
  { pristine, line, key }: PatchedTree,
  recipe: Pick<ResolvedRecipe, "edits" | "patches">,
): Promise<void> {
  const { patches, edits } = recipe;
  const scratch = `${line}/scratch`;
  const files = new Set(edits.map(({ path }) => path));
  for (const patch of patches) {
    for (const file of patchedFiles(patch)) files.add(file);
  }
  const list = [...files].map((file) => `${file}\n`).join("");
  const [, ...said] = await runScripts(place, [
    { text: scratchScript, args: [pristine, scratch], stdin: list },
    ...patches.map((patch) => patching(scratch, patch)),
    ...edits.map(({ path }) => ({ text: readScript, args: [`${scratch}/${path}`] })),
  ]);
  patches.forEach((patch, at) => {
    judgePatch(place, patch, said[at] ?? "");
  });
  const texts = new Map<string, string>();
  edits.forEach((edit, at) => {
    const text = texts.get(edit.path) ?? textThere(said[patches.length + at] ?? "");
    texts.set(edit.path, editedText(edit, text));
  });
  const writing = [...texts].map(([path, text]) => {
    const args = [`${scratch}/${path}`, `${Buffer.byteLength(text)}`];
    return { text: writeScript, args, stdin: text };
  });
  if (writing.length > 0) await runScripts(place, writing);
  // on its own: it ends with its controller, whose successor may change the same tree
  const args = [pristine, line, scratch, key];
  await feedScript(place, { text: syncScript, args, stdin: list });
}

function patchedFiles({ name, text, strip }: ResolvedPatch): string[] {
  if (text.includes("\0")) throw patchError(name, "it holds a NUL byte", textRemedy);
  const files = patchFiles(text, strip);
  const outside = files.find((file) => /(^|\/)\.\.(\/|$)|^\/|^$/.test(file));
  if (files.length > 0 && outside === undefined) return files;
  const why =
    outside === undefined
      ? `names no file with ${strip} leading directories cut off`
      : `names the file "${outside}" outside of the sources`;
  throw patchError(name, `it ${why}`, "check that it is a patch in unified format, and its strip");
}

function patching(scratch: string, { text, strip, fuzz }: ResolvedPatch): ShortScript {
  return { text: patchScript, args: [scratch, `${strip}`, `${mostFuzz}`, `${fuzz}`], stdin: text };
}

function judgePatch(place: BuildPlace, { name, fuzz }: ResolvedPatch, output: string): void {
  const [tried = "", made = ""] = output.split(/(?<=^status \d+\n)/m);
  const hunks = parsePatchReport(tried);
  place.tell({ kind: "patch", report: { patch: name, hunks } });
  const objection = patchObjection(hunks, fuzz);
  const remedy = "take the sources it was made for, allow fuzz, or make the change as an edit";
  if (objection !== undefined) throw patchError(name, objection, remedy);
  const failed = [tried, made].find((said) => !said.endsWith("status 0\n"));
  if (failed !== undefined) throw patchError(name, lastWords(failed), remedy);
}

const lastWords = (output: string): string => output.trimEnd().split("\n").slice(-6).join("\n");

function patchError(name: string, why: string, remedy: string): Error {
  const message = `the patch ${name} does not fit the sources: ${why}`;
  return hoststackError("KERNEL_PATCH_FAILED", message, { remedy, details: { patch: name } });
}

/** What {@link readScript} tells of a file, nothing when there is none. */
const textThere = (told: string): string | undefined =>
  told.startsWith(isThere) ? told.slice(isThere.length) : undefined;

function editedText(
  { path, edits }: ResolvedRecipe["edits"][number],
  text: string | undefined,
): string {
  const refused = (reason: string) =>
    hoststackError("KERNEL_PATCH_FAILED", `the edit of ${path} does not fit: ${reason}`, {
      remedy: "compare the pattern with the file in these sources",
      details: { path },
    });
  if (text === undefined) throw refused("there is no such file");
  if (text.includes("\0")) throw refused("it is no text, it holds a NUL byte");
  const edited = editText(text, edits);
  if (edited.kind === "refused") throw refused(edited.reason);
  if (edited.text === text) throw refused("it is made already");
  return edited.text;
}
