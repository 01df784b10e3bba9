import type { PseudonymDraw } from "./draw.js";
import { type KnownName, nameSource } from "./names.js";
import { isReally, patterns } from "./patterns.js";

/** What a pseudonym of a kind of name looks like, from four random bytes. */
const looks: Readonly<Record<KnownName["kind"], (id: string) => string>> = {
  domain: (id) => `domain-${id}.example`,
  host: (id) => `host-${id}`,
  path: (id) => `/home/user-${id}`,
  serial: (id) => `serial-${id}`,
  user: (id) => `user-${id}`,
  word: (id) => `word-${id}`,
};

const idOf = (bytes: Buffer): string => bytes.toString("hex", 0, 4);

/** Texts with everything replaced that is a known name or looks like an address; bytes as characters. */
export class Rewriter {
  readonly #pattern: RegExp;
  readonly #names: ReadonlyMap<string, KnownName>;
  readonly #draw: PseudonymDraw;

  constructor(names: readonly KnownName[], draw: PseudonymDraw) {
    const latin1 = (text: string) => Buffer.from(text).toString("latin1").toLowerCase();
    this.#names = new Map(names.map((name) => [latin1(name.text), name]));
    this.#draw = draw;
    const known = names.map(({ text }) => nameSource(text)).join("|");
    const sources = [
      ...(known === "" ? [] : [`(?<name>${known})`]),
      ...patterns.map(({ name, source }) => `(?<${name}>${source})`),
    ];
    this.#pattern = new RegExp(sources.join("|"), "gi");
  }

  /** The text under pseudonyms. */
  rewrite(text: string): string {
    return text.replace(this.#pattern, (found, ...rest) => {
      const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
      if (groups["name"] !== undefined) return this.#ofName(found);
      const pattern = patterns.find(({ name }) => groups[name] !== undefined);
      return pattern === undefined ? found : pattern.pseudonym(found, this.#draw);
    });
  }

  #ofName(found: string): string {
    const name = this.#names.get(found.toLowerCase());
    if (name === undefined) return found;
    const { kind, text } = name;
    return this.#draw.draw(kind, text, (bytes) => looks[kind](idOf(bytes)));
  }
}

/** Everything in a text that looks like an address, with the name of the pattern. */
export function addressesIn(text: string): { readonly kind: string; readonly text: string }[] {
  return [...text.matchAll(anyAddress)].flatMap(({ groups = {} }) => {
    const kind = patterns.find(({ name }) => groups[name] !== undefined)?.name;
    const found = kind === undefined ? undefined : groups[kind];
    if (kind === undefined || found === undefined || !isReally(kind, found)) return [];
    return [{ kind, text: found }];
  });
}

const anyAddress = new RegExp(
  patterns.map(({ name, source }) => `(?<${name}>${source})`).join("|"),
  "gi",
);
