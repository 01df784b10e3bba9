import { closeSync, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { hoststackError } from "../errors/error.js";
import type { AskSecret } from "../host/ssh-target.js";
import { HiddenLine } from "./hidden-line.js";

/** The terminal of this process, whatever its streams are; undefined when it has none. */
function openTerminal(): number | undefined {
  try {
    return openSync("/dev/tty", "r+");
  } catch {
    return undefined;
  }
}

const stopped = () => hoststackError("INTERRUPTED", "stopped while a secret was asked for");

/** Part of a question may be a server's own words: they must not steer the terminal. */
const plain = (text: string): string => text.replaceAll(/[^\P{Cc}\n]/gu, "");

function readHidden(terminal: ReadStream, signal: AbortSignal | undefined): Promise<string> {
  const line = new HiddenLine();
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped());
    signal?.addEventListener("abort", stop, { once: true });
    terminal.once("error", reject).once("end", stop);
    terminal.setEncoding("utf8").on("data", (keys) => {
      const outcome = line.type(String(keys));
      if (outcome === "done") resolve(line.text);
      if (outcome !== "broken off") return;
      stop();
      // what the terminal itself does outside its raw mode
      process.kill(process.pid, "SIGINT");
    });
  });
}

async function ask(text: string, signal: AbortSignal | undefined): Promise<string> {
  const descriptor = openTerminal();
  if (descriptor === undefined) {
    throw hoststackError("INTERRUPTED", "the terminal is gone, so a secret cannot be asked for");
  }
  const terminal = new ReadStream(descriptor);
  const restore = () => terminal.setRawMode(false);
  process.once("exit", restore);
  try {
    terminal.setRawMode(true);
    writeSync(descriptor, `${plain(text)} `);
    return await readHidden(terminal, signal);
  } finally {
    process.off("exit", restore);
    restore();
    writeSync(descriptor, "\n");
    terminal.destroy();
  }
}

/**
 * Asks for secrets on the terminal of this process, one question at a time, without echo; undefined
 * where there is no terminal. A question that is broken off, on the terminal or by the signal, rejects
 * with INTERRUPTED, and so does every later one without being asked.
 */
export function askOnTerminal(signal?: AbortSignal): AskSecret | undefined {
  const descriptor = openTerminal();
  if (descriptor === undefined) return undefined;
  closeSync(descriptor);
  let over = false;
  let last: Promise<unknown> = Promise.resolve();
  return ({ text }) => {
    const answer = last.then(() => {
      if (over || signal?.aborted) throw stopped();
      return ask(text, signal);
    });
    last = answer.catch(() => {
      over = true;
    });
    return answer;
  };
}
