import { Transform } from "node:stream";

/** What ssh itself writes under `LogLevel=DEBUG1`, among what the server's program writes. */
const ownLine =
  /^(debug\d: |OpenSSH_|Authenticated to |Authenticated using |Transferred: |Bytes per second: )/;
/** Longer text without a newline is not a line of ssh; a prompt must not wait for its end. */
const ownStarts = ["debug", "OpenSSH_", "Authenticated ", "Transferred: ", "Bytes per second: "];

/** Drops the lines ssh writes about itself and passes on all other bytes as they come. */
export class WithoutDebugLines extends Transform {
  #line = "";

  override _transform(chunk: Buffer, _encoding: string, done: () => void): void {
    const lines = (this.#line + chunk.toString("latin1")).split(/(?<=\n)/);
    const last = lines.at(-1) ?? "";
    this.#line = !last.endsWith("\n") && mayBeOwn(last) ? last : "";
    if (this.#line !== "") lines.pop();
    const kept = lines.filter((line) => !ownLine.test(line)).join("");
    if (kept !== "") this.push(Buffer.from(kept, "latin1"));
    done();
  }

  override _flush(done: () => void): void {
    if (this.#line !== "" && !ownLine.test(this.#line))
      this.push(Buffer.from(this.#line, "latin1"));
    done();
  }
}

function mayBeOwn(text: string): boolean {
  return ownStarts.some((start) => start.startsWith(text.slice(0, start.length)));
}
