import type { Hash } from "node:crypto";
import { type DigestName, newDigest } from "./digest.js";

/** Digests of content, one of each so many bytes of it and one of what is left. */
export class StretchDigests {
  readonly #name: DigestName;
  readonly #bytes: number;
  readonly #done: string[] = [];
  #current: Hash | undefined;
  #left: number;

  /** @param bytes How many each digest is of; 0 where there will be no content. */
  constructor(name: DigestName, bytes: number) {
    this.#name = name;
    this.#bytes = bytes;
    this.#left = bytes;
  }

  update(piece: Buffer): void {
    for (let rest = piece; rest.length > 0; ) {
      const part = rest.subarray(0, this.#left);
      this.#current ??= newDigest(this.#name);
      this.#current.update(part);
      this.#left -= part.length;
      if (this.#left === 0) this.#next();
      rest = rest.subarray(part.length);
    }
  }

  /** The digests of all content, in hexadecimal; of none there is none. */
  end(): readonly string[] {
    this.#next();
    return this.#done;
  }

  #next(): void {
    if (this.#current !== undefined) this.#done.push(this.#current.digest("hex"));
    this.#current = undefined;
    this.#left = this.#bytes;
  }
}
