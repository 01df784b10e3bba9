import type { PatchHunk } from "./events.js";

const hunkLine =
  /^Hunk #(\d+) (succeeded|FAILED|ignored) at (\d+)(?: with fuzz (\d+))?(?: \(offset (-?\d+) lines?\))?/;

/** What `patch --dry-run --verbose --forward`, in the C locale, says about each hunk. */
export function parsePatchReport(output: string): PatchHunk[] {
  const hunks: PatchHunk[] = [];
  let [file, reversed] = ["", false];
  for (const line of output.split("\n")) {
    // renames and what git quotes come in quotes; without a file to patch there is only the header
    const named = /^(?:checking file '?(.*?)'?(?: \(.*\))?|\|\+\+\+ (\S+).*)$/.exec(line);
    if (named !== null) [file, reversed] = [named[1] ?? named[2] ?? "", false];
    if (line.startsWith("Reversed (or previously applied) patch detected!")) reversed = true;
    const [, number, word, at, fuzz = "0", offset = "0"] = hunkLine.exec(line) ?? [];
    if (word === undefined) continue;
    hunks.push({
      file,
      number: Number(number),
      outcome: outcomeOf(word, reversed),
      line: Number(at),
      offset: Number(offset),
      fuzz: Number(fuzz),
    });
  }
  return hunks;
}

function outcomeOf(word: string, reversed: boolean): PatchHunk["outcome"] {
  if (word === "succeeded") return "applies";
  return word === "ignored" && reversed ? "present" : "fails";
}

/** Why a patch must not be applied, a line for each hunk; undefined when it may be. */
export function patchObjection(
  hunks: readonly PatchHunk[],
  allowedFuzz: number,
): string | undefined {
  const wrong = hunks.flatMap((hunk) => {
    const where = `${hunk.file}, hunk ${hunk.number} at line ${hunk.line}`;
    if (hunk.outcome === "present") return [`${where} is there already`];
    if (hunk.outcome === "fails") return [`${where} does not fit`];
    if (hunk.fuzz <= allowedFuzz) return [];
    return [`${where} fits only with a fuzz of ${hunk.fuzz}, allowed is ${allowedFuzz}`];
  });
  return wrong.length === 0 ? undefined : wrong.join("\n");
}
