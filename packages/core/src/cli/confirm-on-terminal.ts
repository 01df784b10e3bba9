import { createInterface } from "node:readline/promises";
import { hoststackError } from "../errors/error.js";

/**
 * Asks a question on the terminal of this process, to be answered with yes or no; undefined where nobody is
 * there to answer. Throws INTERRUPTED when the signal fires.
 */
export async function confirmOnTerminal(
  text: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: stdin, output: stderr });
  // Ctrl-C and the end of input both end the interface without an answer.
  const ended = new AbortController();
  lines.once("close", () => ended.abort());
  try {
    const answer = await lines.question(`${text} [y/N] `, {
      signal: AbortSignal.any([signal, ended.signal]),
    });
    return /^y(es)?$/i.test(answer.trim());
  } catch (cause) {
    throw hoststackError("INTERRUPTED", "stopped while a question was asked", { cause });
  } finally {
    lines.close();
  }
}
