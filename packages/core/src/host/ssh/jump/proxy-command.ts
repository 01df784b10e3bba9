import { type ChildProcess, spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { hoststackError } from "../../../errors/error.js";
import { expandTokens, proxyTokens, type TokenSource } from "../config/tokens.js";

/** A program that carries a connection over its standard input and output. */
export interface ProxyStream {
  readonly stream: Duplex;
  /** The last the program printed to standard error. */
  words(): string;
}

const keptCharacters = 1000;

/**
 * The program in a group of its own, with a watcher that kills the group as soon as file descriptor 3
 * is closed here: when the connection ends, and by the kernel when this process dies.
 */
const script = [
  "{ read -r end <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 &",
  "exec 3<&-",
  'exec "$1" -c "$2"',
].join("\n");

/** What a shell would not take for plain text; the same characters as in `ssh` since 9.6. */
const hasShellText = (value: string): boolean => /^-|[\s\p{Cc}'`"$\\;&<>|(){}]/u.test(value);

/**
 * A ProxyCommand with its tokens replaced. Throws OPTIONS_INVALID for a token without meaning, and for
 * a name of a host or user that would be more than a word to the shell: testbed files may come from
 * others, and older `ssh` lets such names through.
 */
export function proxyCommandOf(host: TokenSource, command: string): string {
  const tokens = proxyTokens(host);
  for (const [, letter = ""] of command.matchAll(/%(.)/g)) {
    const value = tokens[letter] ?? "";
    if (!hasShellText(value)) continue;
    throw hoststackError(
      "OPTIONS_INVALID",
      `${JSON.stringify(value)} cannot stand for %${letter} in a ProxyCommand: its shell would not take it for a name`,
      { remedy: "correct the destination, or HostName and User in the ssh configuration" },
    );
  }
  return expandTokens(command, tokens);
}

/** Starts a ProxyCommand, whose tokens have been replaced, through the user's shell as `ssh` does. */
export function startProxyCommand(command: string): ProxyStream {
  const shell = process.env["SHELL"] || "/bin/sh";
  const child = spawn("/bin/sh", ["-c", script, "sh", shell, `exec ${command}`], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = (words + String(chunk)).slice(-keptCharacters);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  endTogether(child, stream);
  return { stream, words: () => words.trim() };
}

function endTogether(child: ChildProcess, stream: Duplex): void {
  const leash = child.stdio[3] as Duplex;
  leash.on("error", () => {}).resume();
  stream.on("error", () => {});
  stream.once("close", () => leash.destroy());
  child.once("error", (error) => stream.destroy(error));
  // What it left behind goes with it; only then are all its streams at their end.
  child.once("exit", () => leash.destroy());
  child.once("close", () => stream.destroy());
}
