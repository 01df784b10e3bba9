const hunkHead = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const named = /^(?:---|\+\+\+) ("?)(.*?)\1(?:\t.*)?$/;
const moved = /^(?:rename|copy) (?:from|to) (.*)$/;

/** Cuts leading directories as `patch -p` does; undefined when there are not as many. */
function stripped(name: string, strip: number): string | undefined {
  const parts = name.split(/\/+/);
  return parts.length > strip ? parts.slice(strip).join("/") : undefined;
}

/** The lines of a patch that stand outside of its hunks. */
function* headerLines(text: string): Generator<string> {
  let [before, after] = [0, 0];
  for (const line of text.split("\n")) {
    if (before > 0 || after > 0) {
      if (!/^[+\\]/.test(line)) before--;
      if (!/^[-\\]/.test(line)) after--;
      continue;
    }
    const hunk = hunkHead.exec(line);
    if (hunk === null) yield line;
    else [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
  }
}

/**
 * Names of the files a patch may read or write, below the top of the sources: of each file both names it is
 * given, of which one may not exist. What stands inside hunks is not taken for a name.
 */
export function patchFiles(text: string, strip: number): string[] {
  const names = [...headerLines(text)].map((line) => fileOf(line, strip));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function fileOf(line: string, strip: number): string | undefined {
  // git gives these without its a/ and b/
  const other = moved.exec(line)?.[1];
  if (other !== undefined) return stripped(other, Math.max(0, strip - 1));
  const name = named.exec(line)?.[2];
  return name === undefined || name === "/dev/null" ? undefined : stripped(name, strip);
}
