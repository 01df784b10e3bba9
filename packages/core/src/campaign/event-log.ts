import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Events of a testbed kept while there is no directory yet. */
const maxWaiting = 1_000;

/**
 * Events of a run as NDJSON in its directory (`events.ndjson`), each with its time. What comes before the directory is
 * known waits in memory. A resumed run adds to the file; half a line that a power cut left is removed.
 */
export class EventLog implements Disposable {
  #file: number | undefined;
  #waiting: string[] = [];
  #closed = false;
  readonly #onLine: ((line: string) => void) | undefined;

  /** `onLine` is told every line as well, without its end. */
  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Writes an event; its file is made with the first event that names the run's directory. */
  write(event: { readonly kind: string }): void {
    if (this.#closed) return;
    const line = JSON.stringify({ at: new Date().toISOString(), ...event });
    this.#onLine?.(line);
    if ("directory" in event) this.#open(join(String(event.directory), "events.ndjson"));
    if (this.#file !== undefined) writeSync(this.#file, `${line}\n`);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(line);
  }

  #open(path: string): void {
    if (this.#file !== undefined) return;
    this.#file = openSync(path, "a+", 0o644);
    cutHalfLine(this.#file);
    for (const line of this.#waiting) writeSync(this.#file, `${line}\n`);
    this.#waiting = [];
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Longest line there is; anything longer without an end is no line of ours. */
const longestLine = 65_536;

function cutHalfLine(file: number): void {
  const { size } = fstatSync(file);
  const start = Math.max(0, size - longestLine);
  const tail = Buffer.alloc(size - start);
  readSync(file, tail, 0, tail.length, start);
  ftruncateSync(file, start + tail.lastIndexOf(0x0a) + 1);
}
