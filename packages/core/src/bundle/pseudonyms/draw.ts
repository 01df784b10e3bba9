import { createHmac, randomBytes } from "node:crypto";

/** Drawing again is needed once in a while; this often means that there are no free names. */
const mostDraws = 10_000;

/**
 * Draws pseudonyms: the same name gives the same one, different names give different ones, and without the key, which
 * is never written anywhere, nobody can try names and compare. What stands in the texts already is never drawn.
 */
export class PseudonymDraw {
  readonly #key: Buffer;
  readonly #drawn = new Map<string, string>();
  readonly #taken: Set<string>;

  /** `taken` must not be drawn; `key` is a new random one unless a test gives its own. */
  constructor(taken: Iterable<string> = [], key: Buffer = randomBytes(32)) {
    this.#taken = new Set([...taken].map((one) => one.toLowerCase()));
    this.#key = key;
  }

  /** The pseudonym of a name of some kind, made from bytes only this key gives. */
  draw(kind: string, name: string, make: (bytes: Buffer) => string): string {
    const id = `${kind} ${name.toLowerCase()}`;
    const known = this.#drawn.get(id);
    if (known !== undefined) return known;
    for (let turn = 0; turn < mostDraws; turn++) {
      const bytes = createHmac("sha256", this.#key).update(`${turn} ${id}`).digest();
      const made = make(bytes);
      if (this.#taken.has(`${kind} ${made.toLowerCase()}`) || this.#taken.has(made.toLowerCase())) {
        continue;
      }
      this.#taken.add(`${kind} ${made.toLowerCase()}`);
      this.#drawn.set(id, made);
      return made;
    }
    throw new Error(`there are no ${kind} pseudonyms left`);
  }
}
