import { createHash } from "node:crypto";
import type { Command } from "../../command/command.js";
import { script } from "../script.js";

/** What is at a path. `owner` is `uid:gid`, `mode` octal without leading zero. */
export type FileState =
  | { readonly kind: "absent" }
  | {
      readonly kind: "file";
      readonly mode: string;
      readonly owner: string;
      /** `unreadable` to the user who asked. */
      readonly sha256: string;
    }
  /** Something else, in words. */
  | { readonly kind: "other"; readonly what: string };

const stateScript = `
if [ -L "$1" ]; then printf 'link %s\\n' "$(readlink "$1")"
elif [ -d "$1" ]; then echo directory
elif [ -f "$1" ]; then
  about=$(stat -c '%a %u:%g' "$1") || exit 1
  { sum=$(sha256sum <"$1"); } 2>/dev/null || sum=unreadable
  echo "file $about \${sum%% *}"
elif [ -e "$1" ]; then echo special
else echo absent
fi
`;

/** Prints the state of the file at a path, for `parseFileState`. */
export function fileStateCommand(path: string): Command {
  return script(stateScript, path);
}

/** Reads what the command of `fileStateCommand` printed. */
export function parseFileState(text: string): FileState {
  const line = text.trimEnd();
  if (line === "absent") return { kind: "absent" };
  const [, mode, owner, sha256] =
    /^file (\d+) (\d+:\d+) ([0-9a-f]{64}|unreadable)$/.exec(line) ?? [];
  if (mode !== undefined && owner !== undefined && sha256 !== undefined) {
    return { kind: "file", mode, owner, sha256 };
  }
  if (line.startsWith("link "))
    return { kind: "other", what: `a symbolic link to ${line.slice(5)}` };
  return { kind: "other", what: line === "directory" ? "a directory" : "no regular file" };
}

/** What the command of `fileStateCommand` prints in that state. */
export function fileStateText(state: Extract<FileState, { kind: "file" }>): string {
  return `file ${state.mode} ${state.owner} ${state.sha256}\n`;
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
