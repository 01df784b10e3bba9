/** Something a person, a host or a place is called, which is to be replaced wherever it stands. */
export interface KnownName {
  readonly kind: "domain" | "host" | "path" | "serial" | "user" | "word";
  readonly text: string;
}

/** Shorter ones are letters of an alphabet, and numbers are figures. */
const tooPlain = /^(?:.|\d+|\d+e\d+|)$/i;

/** Names as they were found, sorted out. */
export interface SortedNames {
  readonly names: readonly KnownName[];
  /** Those that stay since the record could not be read without them; they tell of nobody. */
  readonly kept: readonly string[];
}

/** A host by its label and its domain, so that each is replaced alike wherever it stands. */
export function hostNames(text: string): KnownName[] {
  const [label = "", ...rest] = text.replace(/\.$/, "").split(".");
  const domain = rest.join(".");
  return [
    { kind: "host", text: label },
    ...(domain === "" ? [] : [{ kind: "domain", text: domain } as const]),
  ];
}

/** Leaves out doubles and what must stay; the longest first, since one may be part of another. */
export function sortNames(found: readonly KnownName[], needed: ReadonlySet<string>): SortedNames {
  const byText = new Map(found.map((name) => [name.text.toLowerCase(), name]));
  const all = [...byText].filter(([text]) => !tooPlain.test(text));
  const kept = all.filter(([text]) => needed.has(text)).map(([, name]) => name.text);
  const names = all.filter(([text]) => !needed.has(text)).map(([, name]) => name);
  return { names: names.sort((a, b) => b.text.length - a.text.length), kept: kept.sort() };
}

/** Letters and a digit: nobody else is called so, also where it is part of a longer word. */
const isDistinctive = (text: string): boolean =>
  text.length >= 5 && /\d/.test(text) && /[a-z]/i.test(text);

/**
 * A name as part of a pattern, bytes as characters. It is not looked for within a longer word (`river` in `driver`) or
 * number (`node1` in `node17`).
 */
export function nameSource(text: string): string {
  const bytes = Buffer.from(text).toString("latin1");
  const plain = bytes.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
  const edge = (character: string) => {
    if (/[A-Za-z]/.test(character)) return isDistinctive(text) ? undefined : "[A-Za-z]";
    return /\d/.test(character) ? String.raw`\d` : undefined;
  };
  const [before, after] = [edge(bytes.at(0) ?? ""), edge(bytes.at(-1) ?? "")];
  return `${before === undefined ? "" : `(?<!${before})`}${plain}${after === undefined ? "" : `(?!${after})`}`;
}
