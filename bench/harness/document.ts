import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machineLine } from "./machine.js";
import { type Outcome, rowsOf } from "./report.js";
import { repository } from "./repository.js";

const file = join(repository, "docs", "bench.md");
const markers = { begin: "<!-- bench:begin -->", end: "<!-- bench:end -->" };
const head = ["id", "ours : peer or limit", "figure", "quartiles", "CPU", "bar", "verdict"];

const preface = `# Bench

\`npm run bench\` measures these, \`npm run bench -- B2 B11\` some of them. Ours and the peer run in turn in
one run; a figure is the median of the ratios of pairs. No seconds are published: they say more about a
machine than about a program. "CPU" is the CPU time of both sides with their children that ended, in all pairs.

${markers.begin}
${markers.end}
`;

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const byId = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

const idOf = (row: string): string => /^\| (\w+) \|/.exec(row)?.[1] ?? "";

/** Rows and terms of benches that did not run this time stay as they are. */
function kept(before: string, outcomes: readonly Outcome[]) {
  const now = outcomes.map(({ bench }) => bench.id);
  const lines = before.split("\n");
  const stays = (id: string) => id !== "" && id !== "id" && !now.includes(id);
  return {
    rows: lines.filter((row) => stays(idOf(row))),
    terms: lines.filter((row) => stays(/^- \*\*(\w+)\*\*/.exec(row)?.[1] ?? "")),
  };
}

function termsLine({ bench, load, realTime }: Outcome): string {
  const priority = realTime ? "Both sides with real-time priority. " : "";
  return `- **${bench.id}** ${bench.title}. ${bench.terms} ${priority}Load average ${load.join(" to ")}. ${machineLine()}.`;
}

/** The document with what was measured between its markers; the rows of other benches stay. */
export function withOutcomes(text: string, outcomes: readonly Outcome[]): string {
  const [begin, end] = [text.indexOf(markers.begin), text.indexOf(markers.end)];
  if (begin === -1 || end < begin) throw new Error("the document has lost its markers");
  const before = kept(text.slice(begin, end), outcomes);
  const rows = [...before.rows, ...outcomes.flatMap((one) => rowsOf(one).map(line))];
  const terms = [...before.terms, ...outcomes.map(termsLine)];
  const table = [
    line(head),
    line(head.map(() => "---")),
    ...rows.toSorted((a, b) => byId(idOf(a), idOf(b))),
    "",
    ...terms.toSorted((a, b) => byId(a, b)),
  ];
  const body = `${markers.begin}\n${table.join("\n")}\n`;
  return `${text.slice(0, begin)}${body}${text.slice(end)}`;
}

/** Writes what was measured into docs/bench.md, between its markers. */
export async function writeDocument(outcomes: readonly Outcome[]): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => preface);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, withOutcomes(text, outcomes));
  return file;
}
