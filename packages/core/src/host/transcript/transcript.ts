import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { TranscriptEntry } from "./entry.js";
import { Secrets } from "./secrets.js";
import type { TranscriptSink } from "./transcribed.js";

/** Lines kept while there is no directory yet. */
const maxWaiting = 10_000;

/**
 * Every command of every host as NDJSON, a file per host. What is written before the directory is known
 * waits in memory. Each line is with the operating system when its command returns, so that a controller
 * that dies loses none; after a power cut the last ones may be missing.
 */
export class Transcript implements TranscriptSink, Disposable {
  readonly secrets = new Secrets();
  readonly #files = new Map<string, number>();
  #waiting: TranscriptEntry[] = [];
  #directory: string | undefined;
  #closed = false;
  #failure: unknown;

  /** Makes the directory and writes what has been waiting. Throws OUTPUT_UNWRITABLE. */
  open(directory: string): void {
    try {
      mkdirSync(directory, { recursive: true });
    } catch (cause) {
      throw unwritable(directory, cause);
    }
    this.#directory = directory;
    for (const entry of this.#waiting) this.write(entry);
    this.#waiting = [];
  }

  write(entry: TranscriptEntry): void {
    if (this.#closed) return;
    if (this.#directory === undefined) {
      if (this.#waiting.length < maxWaiting) this.#waiting.push(entry);
      return;
    }
    // Not thrown here: a command that has run has run, whether it could be noted or not.
    try {
      this.#append(this.#directory, entry);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Throws OUTPUT_UNWRITABLE when a line could not be written. */
  check(): void {
    if (this.#failure !== undefined) throw unwritable(this.#directory ?? "", this.#failure);
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
    this.#closed = true;
  }

  #append(directory: string, entry: TranscriptEntry): void {
    const file = this.#files.get(entry.host) ?? openSync(pathOf(directory, entry.host), "a", 0o600);
    this.#files.set(entry.host, file);
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  }
}

/** A host's name can hold what a file name cannot. */
function pathOf(directory: string, host: string): string {
  return join(directory, `${encodeURIComponent(host)}.ndjson`);
}

function unwritable(directory: string, cause: unknown): Error {
  return hoststackError("OUTPUT_UNWRITABLE", `the transcript in ${directory} cannot be written`, {
    remedy: "free disk space or name another directory with --out",
    cause,
  });
}
