import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";

/** Longest time to fetch one file. */
const collectDeadlineMs = 600_000;

/**
 * Copies a file of a host to the controller in bounded memory. Throws PROCESS_DIED when the process
 * that should have left it did not, OUTPUT_UNWRITABLE when the copy cannot be written.
 */
export async function collectFile(
  from: { readonly host: Host; readonly path: string; readonly process: string },
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const { host, path, process } = from;
  await using cat = await host.start(
    { argv: ["cat", "--", path] },
    { deadlineMs: collectDeadlineMs, signal },
  );
  cat.stdin.end();
  cat.stderr.resume();
  await pipeline(cat.stdout, createWriteStream(target)).catch((cause: unknown) => {
    throw hoststackError("OUTPUT_UNWRITABLE", `${target} cannot be written`, { cause });
  });
  const exit = await cat.exit;
  signal.throwIfAborted();
  if (exit.exitCode === 0) return;
  throw hoststackError("PROCESS_DIED", `${process} left no readable file ${path} on ${host.name}`);
}
