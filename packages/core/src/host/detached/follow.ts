import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { runForBytes } from "../run-command.js";
import type { Detached } from "./detached.js";
import { noneThere } from "./find.js";
import { stateText } from "./host-text.js";

/** What to read, and from where. */
export interface FollowOptions {
  /** @default "stdout" */
  readonly stream?: "stdout" | "stderr";
  /** Byte to begin at: what was read before, to go on after a lost connection. @default 0 */
  readonly offset?: number;
  /**
   * Time between two looks at the file, 30,000 at most; the end is told at once where the host has `flock -w`.
   * @default 500
   */
  readonly intervalMs?: number;
  /** Ends the reading with INTERRUPTED. */
  readonly signal?: AbortSignal;
}

/** Read from its beginning again when a block was not full: small. */
const blockBytes = 4096;
const blocksPerRead = 256;

/** Well below the time after which a command that does not end counts as stuck. */
const mostIntervalMs = 30_000;

/**
 * Waits $4 seconds for the end, asleep. Then first whether it runs, and what it wrote: an ended
 * command writes no more.
 */
const readScript = `
${stateText}
[ -s "$1/command" ] || { echo none >&2; exit 0; }
[ "$4" = 0 ] || { LC_ALL=C flock -s -w "$4" 9; } 2>/dev/null 9<"$1/running"
load "$1"
dd if="$1/$2" bs=${blockBytes} skip="$3" count=${blocksPerRead} 2>/dev/null
echo "$word" >&2
`;

/**
 * Yields what a detached command has written and goes on writing, in pieces of a mebibyte at most, until
 * it runs no more and all was read. Nothing is read ahead. Throws INTERRUPTED, OPTIONS_INVALID for a bad
 * offset, COMMAND_FAILED when its directory is gone, and HOST_UNREACHABLE when the connection is lost: go on with another one at the byte that comes next.
 */
export async function* followDetached(
  host: Host,
  detached: Detached,
  options: FollowOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { stream = "stdout", signal } = options;
  const intervalMs = Math.min(options.intervalMs ?? 500, mostIntervalMs);
  let offset = options.offset ?? 0;
  if (!(Number.isSafeInteger(offset) && offset >= 0)) {
    throw hoststackError("OPTIONS_INVALID", `offset is ${offset}, which counts no bytes`, {
      remedy: "give the number of bytes that were read before, a whole number of 0 or more",
      details: { field: "offset" },
    });
  }
  let waitMs = 0;
  for (;;) {
    const askedAt = performance.now();
    const { bytes, whole, runs } = await readFrom({
      host,
      detached,
      stream,
      offset,
      waitMs,
      signal,
    });
    offset += bytes.length;
    if (bytes.length > 0) yield bytes;
    if (whole && !runs) return;
    // A host that cannot wait has answered early.
    const leftMs = waitMs - (performance.now() - askedAt);
    if (whole && leftMs > 0) await pause(leftMs, signal);
    waitMs = whole ? intervalMs : 0;
  }
}

async function readFrom(at: {
  host: Host;
  detached: Detached;
  stream: string;
  offset: number;
  waitMs: number;
  signal: AbortSignal | undefined;
}): Promise<{ bytes: Uint8Array; whole: boolean; runs: boolean }> {
  const { host, detached, stream, offset, waitMs, signal } = at;
  const block = Math.floor(offset / blockBytes);
  const args = [detached.path, stream, String(block), String(waitMs / 1000)];
  const command: Command = { argv: ["sh", "-c", readScript, "sh", ...args] };
  const { stdout, stderr } = await runForBytes(
    { name: host.name, transport: host.transport, command },
    signal === undefined ? {} : { signal },
  ).catch((error: unknown) => {
    throw signal?.aborted ? interrupted(error) : error;
  });
  const known = offset - block * blockBytes;
  // Shells complain there too, e.g. of a locale they do not have.
  const word = stderr.trimEnd().split("\n").at(-1);
  if (word === "none") throw noneThere(host, detached.path);
  const whole = stdout.length < blockBytes * blocksPerRead;
  return { bytes: stdout.subarray(known), whole, runs: word === "running" };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw interrupted(cause);
  }
}

const interrupted = (cause: unknown): Error =>
  hoststackError("INTERRUPTED", "stopped while following a detached command", { cause });
