import type { BatchCommand, BatchResult } from "../host/batch.js";
import { unavailable } from "./unavailable.js";

/** A program and the Debian package that has it. */
export interface ToolProgram {
  readonly program: string;
  readonly debianPackage: string;
}

/** Exit status of a shell that found no such program. */
const noProgram = 127;

/** Commands whose answers `readToolFacts` takes: the package manager's word, then each program's own. */
export function toolCommands(tools: readonly ToolProgram[]): BatchCommand[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is dpkg that fills it in
  const format = "${Package} ${Version}\\n";
  const packages = [...new Set(tools.map(({ debianPackage }) => debianPackage))];
  return [
    { argv: ["dpkg-query", "-W", "-f", format, ...packages] },
    ...tools.map(({ program }): BatchCommand => ({ argv: [program, "--version"] })),
  ];
}

/** Tools say it on either stream and end as they like; a blank line or two may come before. */
function ownWords({ exitCode, stdout, stderr }: BatchResult): string | undefined {
  if (exitCode === noProgram) return undefined;
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  // a usage text instead of a version holds no digits
  return lines.find((line) => /\d/.test(line));
}

/** What each program says its version is, and that of its package where the host knows packages. */
export function readToolFacts(
  tools: readonly ToolProgram[],
  answers: readonly BatchResult[],
): Record<string, string> {
  const [packages, ...said] = answers;
  const known = new Map(
    (packages?.stdout ?? "").split("\n").map((line) => {
      const [name = "", version = ""] = line.split(" ");
      return [name, version] as const;
    }),
  );
  const facts = tools.map(({ program, debianPackage }, index) => {
    const answer = said[index];
    const version = answer && ownWords(answer);
    const packaged = known.get(debianPackage);
    const parts = [
      ...(version === undefined ? [] : [version]),
      ...(packaged ? [`package ${debianPackage} ${packaged}`] : []),
    ];
    const why = answer === undefined ? "it did not answer in time" : "it does not tell its version";
    return [`tool ${program}`, parts.join("; ") || unavailable(why)] as const;
  });
  return Object.fromEntries(facts);
}
