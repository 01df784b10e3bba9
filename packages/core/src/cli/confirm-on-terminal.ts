import { createInterface } from "node:readline/promises";
import { hoststackError } from "../errors/error.js";

function nobodyAsked(text: string) {
  return hoststackError("OPTIONS_INVALID", `nothing was changed: no terminal to ask "${text}" on`, {
    remedy: "give --yes to have it done without being asked",
    details: { field: "yes" },
  });
}

/**
 * Asks a question on the terminal of this process, to be answered with yes or no. Throws OPTIONS_INVALID where nobody
 * is there to answer, which names `--yes`; INTERRUPTED when the signal fires.
 */
export async function confirmOnTerminal(text: string, signal: AbortSignal): Promise<boolean> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true || stderr.isTTY !== true) throw nobodyAsked(text);
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
