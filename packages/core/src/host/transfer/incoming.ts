import type { Readable } from "node:stream";

/** Read ahead this much, then hold the sender back. */
const aheadBytes = 1024 * 1024;

/** No name of a file is longer by far. */
const longestPiece = 256 * 1024;

/** Reads a stream piece by piece: lines first, then content. */
export class Incoming {
  readonly #stream: Readable;
  readonly #moved: () => void;
  readonly #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;
  #discarding = false;
  #wake = () => {};

  /** `moved` is called whenever bytes came or were taken. */
  constructor(stream: Readable, moved: () => void) {
    this.#stream = stream;
    this.#moved = moved;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    const end = () => this.stop();
    stream.once("end", end).once("close", end);
  }

  /** Waits for nothing more. */
  stop(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Nothing more will come. */
  get ended(): boolean {
    return this.#ended && this.#ahead.length === 0;
  }

  /** Reads and forgets the rest, so that the process can end. */
  discard(): void {
    this.#discarding = true;
    this.#ahead.length = 0;
    this.#stream.resume();
  }

  /** The next line without its end; undefined when the stream ends first. */
  line(): Promise<string | undefined> {
    return this.until(10);
  }

  /** All up to a byte, which is dropped; undefined when the stream ends first or it is too far. */
  async until(byte: number): Promise<string | undefined> {
    for (let from = 0; from < longestPiece; ) {
      const end = this.#rest.indexOf(byte, from);
      if (end >= 0) {
        const piece = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return piece;
      }
      from = this.#rest.length;
      const more = await this.#next();
      if (more === undefined) return undefined;
      this.#rest = Buffer.concat([this.#rest, more]);
    }
    return undefined;
  }

  /** The next so many bytes as they come; fewer when the stream ends first. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const chunk = this.#rest.length > 0 ? this.#rest : await this.#next();
      if (chunk === undefined) return;
      this.#rest = chunk.subarray(left);
      const part = chunk.subarray(0, left);
      left -= part.length;
      yield part;
    }
  }

  #take(chunk: Buffer): void {
    // What nobody waits for keeps no transfer alive.
    if (this.#discarding) return;
    this.#moved();
    this.#ahead.push(chunk);
    this.#aheadBytes += chunk.length;
    if (this.#aheadBytes > aheadBytes) this.#stream.pause();
    this.#wake();
  }

  async #next(): Promise<Buffer | undefined> {
    while (this.#ahead.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#ahead.shift();
    if (chunk === undefined) return undefined;
    this.#aheadBytes -= chunk.length;
    if (this.#aheadBytes <= aheadBytes) this.#stream.resume();
    this.#moved();
    return chunk;
  }
}
