import { type FileIssue, fieldName } from "./issue.js";
import type { FileSource } from "./yaml-source.js";

/** An issue as it is told: with its line, where the file has lines. */
interface ToldIssue {
  readonly line: number | undefined;
  readonly field: string;
  readonly text: string;
  readonly fix: string;
}

/** What is wrong with a file, in the order of its lines, and the same as text: `file:line: field: text; fix`. */
export function toldIssues(
  source: FileSource,
  path: string,
  issues: readonly (FileIssue & { readonly line?: number })[],
): { readonly issues: readonly ToldIssue[]; readonly text: string } {
  const told = issues
    .map((issue) => {
      const line = "line" in issue ? issue.line : source.lineOf(issue.path);
      return { line, field: fieldName(issue.path), text: issue.text, fix: issue.fix };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = told.map(({ line, field, text, fix }) => {
    const where = line === undefined ? path : `${path}:${line}`;
    return `${where}: ${field}: ${text}; ${fix}`;
  });
  const count = lines.length === 1 ? "an error" : `${lines.length} errors`;
  return { issues: told, text: `${count}\n${lines.join("\n")}` };
}
