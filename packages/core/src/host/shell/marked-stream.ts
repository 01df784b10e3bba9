/** What one stream gave for a command, and the status its end marker tells. */
export interface MarkedPart {
  readonly bytes: Buffer;
  readonly exitCode: number;
}

/** Longest text of a marker behind its token: `:255;`. */
const statusBytes = 5;
const semicolon = ";".charCodeAt(0);
const zero = "0".charCodeAt(0);
const nothing = Buffer.alloc(0);

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
  #rest: Buffer = nothing;

  constructor(token: string, maxBytes: number) {
    this.#token = Buffer.from(token);
    this.#limit = maxBytes;
  }

  /**
   * Takes what came in; says whether the running command has printed more than the limit. Markers mostly
   * come one by one, and this runs beside the commands: it makes no copy that it does not need.
   */
  take(chunk: Buffer): "overflow" | undefined {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (;;) {
      const at = data.indexOf(this.#token, from);
      // A marker may be cut anywhere: its beginning waits for the next chunk.
      const certain = at >= 0 ? at : Math.max(data.length - this.#token.length + 1, from);
      this.#keep(data, from, certain);
      from = certain;
      if (this.#size > this.#limit) return "overflow";
      const end = at < 0 ? -1 : statusEnd(data, at + this.#token.length);
      if (end < 0) break;
      this.#close(statusBefore(data, at + this.#token.length + 1, end));
      from = end + 1;
    }
    this.#rest = from === data.length ? nothing : Buffer.from(data.subarray(from));
    return undefined;
  }

  #keep(data: Buffer, from: number, to: number): void {
    if (!this.#opened || from === to) return;
    this.#size += to - from;
    this.#chunks.push(data.subarray(from, to));
  }

  #close(exitCode: number): void {
    const [only = nothing, ...more] = this.#chunks;
    const bytes = more.length === 0 ? only : Buffer.concat(this.#chunks);
    if (this.#opened) this.parts.push({ bytes, exitCode });
    this.#opened = true;
    this.#chunks = [];
    this.#size = 0;
  }
}

/** Where the status that begins at `from` ends, -1 when that has not come in yet. */
function statusEnd(data: Buffer, from: number): number {
  const last = Math.min(data.length, from + statusBytes);
  for (let at = from; at < last; at++) if (data[at] === semicolon) return at;
  return -1;
}

function statusBefore(data: Buffer, from: number, end: number): number {
  let status = 0;
  for (let at = from; at < end; at++) status = status * 10 + ((data[at] ?? zero) - zero);
  return status;
}
