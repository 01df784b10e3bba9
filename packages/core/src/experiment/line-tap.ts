import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Longest piece of a line kept for matching; the rest of a longer line still passes through. */
const maxLineCharacters = 65_536;

/** Passes bytes on unchanged and reports the lines among them as they arrive. */
export class LineTap extends Transform {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    super();
    this.#onLine = onLine;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r?\n/);
    this.#rest = (lines.pop() ?? "").slice(0, maxLineCharacters);
    for (const line of lines) this.#onLine(line);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const last = this.#rest + this.#decoder.end();
    if (last !== "") this.#onLine(last);
    done();
  }
}
