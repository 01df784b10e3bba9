import type { Command } from "../../command/command.js";
import type { Answer, Decision } from "../../plan/step.js";
import { asRoot, type Impossible, impossible, satisfied } from "../decisions.js";
import { script } from "../script.js";

/** Values the kernel shows as files below one directory, of which it may have any number. */
export interface KernelFiles {
  /** NIC whose files they are, if it is one's. */
  readonly nic?: string;
  readonly directory: string;
  /** Patterns of a shell below the directory: constants, since a shell expands them. */
  readonly patterns: readonly string[];
  /** For people: what a file holds. */
  readonly what: string;
  /** What to say where there is none of them. */
  readonly missing: Impossible;
  /** The value a file is to have, undefined to leave it; or why it cannot. */
  wantedOf(path: string, value: string): string | undefined | Impossible;
}

/** Prints `path value`, of a list of choices the chosen one; `path !` for one that cannot be read. */
const checkScript = `
nic=$1 directory=$2; shift 2
if [ -n "$nic" ]; then
  command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
  ip -o link show dev "$nic" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
fi
cd -- "$directory" 2>/dev/null || exit 0
for pattern; do
  for file in $pattern; do
    [ -f "$file" ] || continue
    value=$(cat -- "$file" 2>/dev/null) || value='!'
    case $value in *\\[*\\]*) value=\${value#*\\[} value=\${value%%\\]*};; esac
    printf '%s %s\\n' "$file" "$value"
  done
done
`;

/** The file system may be mounted read-only, as in containers. */
const writableScript = `
directory=$1; shift
id -u
cd -- "$directory" 2>/dev/null || exit 0
for pattern; do for file in $pattern; do
  [ ! -f "$file" ] || [ -w "$file" ] || echo "$file"
done; done
`;

const setScript = `
cd -- "$1" || exit 1
shift
while [ $# -gt 1 ]; do
  printf '%s\\n' "$2" 2>/dev/null >"$1" || { echo "the kernel refuses '$2' for $PWD/$1" >&2; exit 1; }
  shift 2
done
`;

/** The parts of a step about such files. */
export interface KernelFilesParts {
  readonly check: Command;
  readonly probe: Command;
  decide(seen: string, writable: Answer | undefined): Decision;
}

/** Makes the parts. Only files that are to change are written, and undo writes their old values. */
export function kernelFiles(files: KernelFiles): KernelFilesParts {
  const { nic = "", directory, patterns } = files;
  return {
    check: script(checkScript, nic, directory, ...patterns),
    probe: script(writableScript, directory, ...patterns),
    decide: (seen, writable) => decide(files, { seen, writable: writable?.stdout ?? "" }),
  };
}

interface Change {
  readonly path: string;
  readonly old: string;
  readonly value: string;
}

function decide(
  files: KernelFiles,
  { seen, writable }: { seen: string; writable: string },
): Decision {
  const { directory, what, missing } = files;
  const lines = seen.split("\n").filter(Boolean);
  if (lines.length === 0) return missing;
  const changes: Change[] = [];
  for (const line of lines) {
    const at = line.indexOf(" ");
    const [path, old] = [line.slice(0, at), line.slice(at + 1)];
    const value = files.wantedOf(path, old);
    if (typeof value === "object") return value;
    if (value === undefined || value === old) continue;
    if (old === "!") return impossible(`${directory}/${path} cannot be read`, `leave ${what} out`);
    changes.push({ path, old, value });
  }
  if (changes.length === 0) return satisfied;
  return (
    readOnly(changes, { what, directory, writable }) ?? {
      state: "needed",
      wanted: lines.map((line) => `${wantedLine(line, changes)}\n`).join(""),
      actions: [script(setScript, directory, ...changes.flatMap((c) => [c.path, c.value]))],
      undo: [script(setScript, directory, ...changes.flatMap((c) => [c.path, c.old]))],
      diff: changes.map((c) => `${directory}/${c.path}: ${c.old} -> ${c.value}`).join("\n"),
    }
  );
}

function wantedLine(line: string, changes: readonly Change[]): string {
  const change = changes.find(({ path }) => line.startsWith(`${path} `));
  return change === undefined ? line : `${change.path} ${change.value}`;
}

function readOnly(
  changes: readonly Change[],
  { what, directory, writable }: { what: string; directory: string; writable: string },
): Impossible | undefined {
  const [uid, ...unwritable] = writable.trim().split("\n");
  if (uid !== "0") return impossible(`only root can set ${what}`, asRoot);
  const found = changes.find(({ path }) => unwritable.includes(path));
  if (found === undefined) return undefined;
  const remedy = "set it on the machine itself, or leave this step out";
  return impossible(`${directory}/${found.path} is read-only here, also for root`, remedy);
}
