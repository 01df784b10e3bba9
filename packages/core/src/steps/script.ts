import type { Command } from "../command/command.js";

/**
 * A fixed script with its arguments, as a command: `$1` is the first of `args`. The text is a constant
 * that dash and busybox understand; values only ever come in as arguments.
 */
export function script(text: string, ...args: readonly string[]): Command {
  return { argv: ["sh", "-c", text, "sh", ...args] };
}
