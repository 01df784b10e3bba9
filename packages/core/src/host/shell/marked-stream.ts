/** What one stream gave for a command, and the status its end marker tells. */
export interface MarkedPart {
  readonly bytes: Buffer;
  readonly exitCode: number;
}

/** Longest text of a marker behind its token: `:255;`. */
const statusBytes = 5;

/**
 * Cuts a stream at the markers `<token>:<status>;`. The first one opens the batch: what came before is
 * left over from earlier commands. Only one command's bytes are kept at a time, and no more than
 * the limit.
 */
export class MarkedStream {
  readonly parts: MarkedPart[] = [];
  readonly #token: Buffer;
  readonly #limit: number;
  #opened = false;
  #chunks: Buffer[] = [];
  #size = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(token: string, maxBytes: number) {
    this.#token = Buffer.from(token);
    this.#limit = maxBytes;
  }

  /** Takes what came in; says whether the running command has printed more than the limit. */
  take(chunk: Buffer): "overflow" | undefined {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const at = data.indexOf(this.#token);
      // A marker may be cut anywhere: its beginning waits for the next chunk.
      const certain = at >= 0 ? at : Math.max(data.length - this.#token.length + 1, 0);
      this.#keep(data.subarray(0, certain));
      data = data.subarray(certain);
      if (this.#size > this.#limit) return "overflow";
      const from = this.#token.length;
      const end = at < 0 ? -1 : data.subarray(0, from + statusBytes).indexOf(";", from);
      if (end < 0) break;
      this.#close(Number(data.subarray(from + 1, end).toString()));
      data = data.subarray(end + 1);
    }
    this.#rest = Buffer.from(data);
    return undefined;
  }

  #keep(bytes: Buffer): void {
    if (!this.#opened || bytes.length === 0) return;
    this.#size += bytes.length;
    this.#chunks.push(bytes);
  }

  #close(exitCode: number): void {
    if (this.#opened) this.parts.push({ bytes: Buffer.concat(this.#chunks), exitCode });
    this.#opened = true;
    this.#chunks = [];
    this.#size = 0;
  }
}
