/** Lines around a change. */
const context = 3;
/** More differing lines than this are shown as all replaced. */
const maxDifferences = 1000;

interface Line {
  readonly mark: " " | "+" | "-";
  readonly text: string;
}

/** The change of a text as a unified diff; empty when there is none. */
export function lineDiff(path: string, before: string, after: string): string {
  const lines = compare(splitLines(before), splitLines(after));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return "";
  return [`--- ${path}\n`, `+++ ${path}\n`, ...hunks].join("");
}

/** Lines with their ends, so that a missing last one shows. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Myers' greedy algorithm: as far as possible with each number of differences. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  for (let differences = 0; differences <= maxDifferences; differences++) {
    trace.push(furthest);
    furthest = new Map(furthest);
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = firstOn(furthest, diagonal);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal])
        x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after);
    }
  }
  return replaced(before, after);
}

/** Where a diagonal is entered: by a line left out from above it, or by one added from below. */
function firstOn(furthest: ReadonlyMap<number, number>, diagonal: number): number {
  const added = furthest.get(diagonal + 1) ?? -1;
  const removed = (furthest.get(diagonal - 1) ?? -2) + 1;
  return Math.max(added, removed);
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Line[] {
  const lines: Line[] = [];
  let [x, y] = [before.length, after.length];
  for (const furthest of [...trace].reverse()) {
    const start = firstOn(furthest, x - y);
    // Removed lines come before added ones where both would do.
    const removed = start > (furthest.get(x - y + 1) ?? -1);
    while (x > start) {
      lines.push({ mark: " ", text: before[--x] ?? "" });
      y--;
    }
    if (y < 0 || (x === 0 && y === 0)) break;
    if (removed) lines.push({ mark: "-", text: before[--x] ?? "" });
    else lines.push({ mark: "+", text: after[--y] ?? "" });
  }
  return lines.reverse();
}

function replaced(before: readonly string[], after: readonly string[]): Line[] {
  return [
    ...before.map((text): Line => ({ mark: "-", text })),
    ...after.map((text): Line => ({ mark: "+", text })),
  ];
}

function hunksOf(lines: readonly Line[]): string[] {
  const hunks: string[] = [];
  let start = 0;
  while (start < lines.length) {
    const first = lines.findIndex((line, index) => index >= start && line.mark !== " ");
    if (first < 0) break;
    let last = first;
    for (let index = first; index < lines.length && index <= last + 2 * context; index++) {
      if (lines[index]?.mark !== " ") last = index;
    }
    const from = Math.max(start, first - context);
    start = Math.min(lines.length, last + context + 1);
    hunks.push(hunk(lines, from, start));
  }
  return hunks;
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const range = (other: "+" | "-") => {
    const skipped = lines.slice(0, from).filter(({ mark }) => mark !== other).length;
    const count = lines.slice(from, to).filter(({ mark }) => mark !== other).length;
    return `${count === 0 ? skipped : skipped + 1},${count}`;
  };
  const shown = lines.slice(from, to).map(({ mark, text }) => {
    return text.endsWith("\n")
      ? `${mark}${text}`
      : `${mark}${text}\n\\ No newline at end of file\n`;
  });
  return [`@@ -${range("+")} +${range("-")} @@\n`, ...shown].join("");
}
