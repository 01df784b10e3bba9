import type { Command, CommandResult } from "../command/command.js";
import type { RunOptions } from "./host.js";
import { runForBytes } from "./run-command.js";
import type { Transport } from "./transport.js";

const deadlineMs = 600_000;

/** Reads a whole file through `cat`. */
export async function readHostFile(
  host: { name: string; transport: Transport },
  path: string,
): Promise<Uint8Array> {
  const command: Command = { argv: ["cat", "--", path] };
  const maxOutputBytes = Number.POSITIVE_INFINITY;
  const { stdout } = await runForBytes({ ...host, command }, { deadlineMs, maxOutputBytes });
  return stdout;
}

/**
 * The size is compared before the rename: when the connection is lost, `cat` sees the end of its input
 * like any other, and half a file must not take the place of a whole one.
 */
const writeScript = `
[ -d "$1" ] && { echo "$1 is a directory" >&2; exit 1; }
temporary=$(mktemp "$1.XXXXXX") || exit 1
trap 'rm -f -- "$temporary"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$temporary" && [ "$(wc -c <"$temporary")" -eq "$3" ] &&
chmod -- "$2" "$temporary" && mv -f -- "$temporary" "$1"
`;

/** Writes a file beside its place and renames it; a symbolic link is replaced, not followed. */
export async function writeHostFile(
  run: (command: Command, options: RunOptions) => Promise<CommandResult>,
  file: { path: string; content: string | Uint8Array; mode: number },
): Promise<void> {
  const bytes = Buffer.from(file.content as Uint8Array);
  const mode = file.mode.toString(8);
  const argv: Command["argv"] = [
    "sh",
    "-c",
    writeScript,
    "sh",
    file.path.startsWith("-") ? `./${file.path}` : file.path,
    mode,
    String(bytes.length),
  ];
  await run({ argv }, { deadlineMs, stdin: bytes });
}
