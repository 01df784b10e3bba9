import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { hoststackError } from "../errors/error.js";
import { isProcessFile } from "./process-times.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/**
 * Snapshots as lines of JSON in a file: the raw data behind CPU use, clocks and counters. What processes there are
 * is left out: most are other people's, and there may be thousands.
 */
export class SnapshotFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  readonly #written: Promise<unknown>;

  /** Appends to the file at `path`, which is made when there is none. */
  constructor(path: string) {
    this.#path = path;
    this.#stream = createWriteStream(path, { flags: "a" });
    this.#written = finished(this.#stream).catch((cause: unknown) => ({ cause }));
  }

  /** Adds a snapshot. A file that cannot be written shows in `close`. */
  add({ snapshot: { kind, uptimeS, files }, askedMs, answeredMs }: TimedSnapshot): void {
    if (!this.#stream.writable) return;
    const kept = [...files].filter(([path]) => !isProcessFile(path));
    const line = { kind, uptimeS, askedMs, answeredMs, files: Object.fromEntries(kept) };
    this.#stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Waits until all is written. Throws OUTPUT_UNWRITABLE. */
  async close(): Promise<void> {
    this.#stream.end();
    const failed = await this.#written;
    if (failed === undefined) return;
    const { cause } = failed as { readonly cause: unknown };
    const why = cause instanceof Error ? cause.message : String(cause);
    throw hoststackError("OUTPUT_UNWRITABLE", `${this.#path} cannot be written: ${why}`, { cause });
  }
}
