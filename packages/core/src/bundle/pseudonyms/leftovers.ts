import { type KnownName, nameSource } from "./names.js";

/** A name that is still there. */
export interface Leftover {
  readonly kind: string;
  readonly text: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** Everything that was to be replaced, in every form it had. */
export interface Originals {
  readonly names: readonly KnownName[];
  /** Addresses, as they stood there. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** Notations of an address that a rewriter may not know: without marks, and in lower case. */
function notations(kind: string, text: string): string[] {
  const plain = text.toLowerCase();
  if (kind !== "mac") return [plain];
  const bare = plain.replaceAll(/[-:]/g, "");
  const pairs = bare.match(/../g) ?? [];
  return [bare, pairs.join(":"), pairs.join("-")];
}

/** Looks for originals in texts, in another way than they were replaced. */
export class LeftoverSearch {
  readonly #names: readonly { readonly kind: string; readonly pattern: RegExp }[];
  readonly #addresses: ReadonlyMap<string, string>;

  /** Addresses that are the same under pseudonyms (loopback, broadcast, masks) are no originals. */
  constructor({ names, addresses }: Originals, isCommon: (kind: string, text: string) => boolean) {
    this.#names = names.map(({ kind, text }) => ({
      kind,
      pattern: new RegExp(nameSource(text), "i"),
    }));
    const told = [...addresses].filter(([text, kind]) => !isCommon(kind, text));
    this.#addresses = new Map(
      told.flatMap(([text, kind]) => notations(kind, text).map((one) => [one, kind] as const)),
    );
  }

  /** The originals in one line, bytes as characters. */
  inLine(line: string): Omit<Leftover, "line">[] {
    const plain = line.toLowerCase();
    const names = this.#names.flatMap(({ kind, pattern }) => {
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [{ kind, text: found }];
    });
    const words = plain
      .split(/[^0-9a-z.:-]+/)
      .flatMap((word) => [word, ...word.split(/[^0-9a-z:]+/)]);
    const candidates = new Set([
      ...words,
      ...words.map((word) => word.replace(/^[.:-]+|[.:-]+$/g, "")),
    ]);
    const addresses = [...candidates].flatMap((text) => {
      const kind = this.#addresses.get(text);
      return kind === undefined ? [] : [{ kind, text }];
    });
    return [...names, ...addresses];
  }
}
