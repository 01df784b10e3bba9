import type { Command } from "../../command/command.js";
import { script } from "../script.js";

/** Prints at most $2 bytes of the file $1, unless not everybody may read it. */
const publicTextScript = `
[ -f "$1" ] && [ ! -L "$1" ] || exit 0
case $(stat -c %a "$1") in *[4567]) head -c "$2" "$1";; esac
`;

/** Most bytes of a file a diff is made of. */
const shownBytes = 64 * 1024;

/** Asks for a file's text if everybody may read it: what it holds is shown and recorded. */
export function publicTextCommand(path: string): Command {
  return script(publicTextScript, path, String(shownBytes + 1));
}

/** Whether a text is small enough and no binary data, so that people can read its diff. */
export function isShowable(text: string): boolean {
  return Buffer.byteLength(text) <= shownBytes && !text.includes("\0") && !text.includes("\ufffd");
}
