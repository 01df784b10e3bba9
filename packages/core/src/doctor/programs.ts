import type { ToolNeed } from "../experiment/experiment.js";
import type { BatchCommand } from "../host/batch.js";
import type { Finding } from "./finding.js";

/** A program with those that need it. */
export interface NeededProgram extends ToolNeed {
  /** Names of experiments, or what else runs it. */
  readonly neededBy: readonly string[];
}

/** Prints each name among its arguments that a program answers to, and where that is. */
const lookUp = `
for name; do
  path=$(command -v "$name") && printf '%s %s\\n' "$name" "$path"
done
:`;

/** Asks a host for programs. */
export function askPrograms(programs: readonly NeededProgram[]): BatchCommand {
  return { argv: ["sh", "-c", lookUp, "sh", ...programs.map(({ program }) => program)] };
}

/** Reads the answer to `askPrograms`. */
export function programFindings(
  host: string,
  programs: readonly NeededProgram[],
  answer: string,
): Finding[] {
  const paths = new Map(
    answer.split("\n").map((line) => {
      const [name = "", ...path] = line.split(" ");
      return [name, path.join(" ")];
    }),
  );
  return programs.map(({ program, debianPackage, neededBy }) => {
    const path = paths.get(program);
    const about = {
      host,
      what: `program ${program}`,
      wanted: `${program} on the PATH`,
      why: `${neededBy.join(", ")} ${neededBy.length === 1 ? "runs" : "run"} it`,
    };
    if (path !== undefined) return { ...about, state: "met", found: path };
    const remedy = `on Debian: apt-get install ${debianPackage}`;
    return { ...about, state: "unmet", found: "no such program", remedy };
  });
}
