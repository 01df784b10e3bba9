import type { Step } from "../../src/plan/step.js";

/** A step that gives a file a content, for tests of plans. */
export interface ToyFile {
  readonly path: string;
  readonly content: string;
  readonly lifetime: Step["lifetime"];
  readonly survives?: Step["survives"];
  readonly scope?: Step["scope"];
  readonly partial?: Step["partial"];
  /** Written in as many parts as it has lines, this long apart, so that a kill finds it in between. */
  readonly partSeconds?: number;
}

const writeParts = `
: >"$1"
while IFS= read -r line; do printf '%s\\n' "$line" >>"$1"; sleep "$2"; done
`;

/** The step; its state is the file's content, with a word in front that tells a missing one. */
export function toyFile(file: ToyFile): Step {
  const { path, content, lifetime, partSeconds = 0 } = file;
  const wanted = `file\n${content}`;
  return {
    id: `toy:${path}`,
    title: `toy file ${path}`,
    scope: file.scope ?? "machine",
    lifetime,
    survives: file.survives ?? "reboot",
    partial: file.partial ?? "ours",
    check: {
      argv: ["sh", "-c", '[ -e "$1" ] || { echo none; exit; }; echo file; cat "$1"', "sh", path],
    },
    decide: ({ stdout }) => {
      if (stdout === wanted) return { state: "satisfied" };
      const before = stdout === "none\n" ? undefined : stdout.slice("file\n".length);
      return {
        state: "needed",
        wanted,
        actions: [
          { argv: ["sh", "-c", writeParts, "sh", path, String(partSeconds)], stdin: content },
        ],
        undo: [
          before === undefined
            ? { argv: ["rm", "-f", "--", path] }
            : { argv: ["sh", "-c", 'cat >"$1"', "sh", path], stdin: before },
        ],
        diff: `${before ?? "(none)"} -> ${content}`,
      };
    },
  };
}
