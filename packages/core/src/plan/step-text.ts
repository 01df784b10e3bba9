import type { Command } from "../command/command.js";
import { quoteWord, shellText } from "../command/quote.js";
import type { BatchCommand } from "../host/batch.js";

/**
 * Keeps descriptors with locks from programs that may outlive the script. By `exec` inside the subshell:
 * dash 0.5.12 leaves them open where the subshell's own redirections close them inside redirected braces.
 */
const noLocks = "exec 7>&- 8>&- 9>&-";

/** Shell text that runs a command with an input of its own. */
export function runText(command: BatchCommand): string {
  const program = `( ${noLocks}; ${shellText(command)} )`;
  return command.stdin === undefined || command.stdin === ""
    ? `${program} </dev/null`
    : `printf %s ${quoteWord(command.stdin)} | ${program}`;
}

/**
 * Shell functions that ask for a state and compare it byte for byte. A command substitution drops
 * newlines at the end, so a letter stands behind the state on both sides. Its `$(` and the `(` of a
 * subshell stand apart: together they would begin arithmetic.
 */
export function stateText(state: { check: Command; seen: string; wanted: string }): string {
  return `now_is() {
now=$(
${runText(state.check)}
status=$?; echo x; exit "$status")
}
seen=${quoteWord(`${state.seen}x`)}
wanted=${quoteWord(`${state.wanted}x`)}`;
}

/** Whether a shell can hold and compare this text: no NUL, and nothing that was not UTF-8. */
export function isShellText(text: string): boolean {
  return !text.includes("\0") && !text.includes("\uFFFD");
}
