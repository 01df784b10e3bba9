import { references } from "./fields.js";

type Kind = keyof typeof references;

/** What stands for something else in a field: `link:data` in `nic` is the link `data`. */
export interface Reference {
  readonly kind: Kind;
  readonly name: string;
  /** Where it stands in its step: keys and indices. */
  readonly path: readonly (string | number)[];
}

function referenceAt(path: Reference["path"], value: unknown): Reference | undefined {
  const field = path.at(-1);
  if (typeof value !== "string" || typeof field !== "string") return undefined;
  for (const kind of Object.keys(references) as Kind[]) {
    const { prefix, fields } = references[kind];
    const names: readonly string[] = fields;
    if (names.includes(field) && value.startsWith(prefix)) {
      return { kind, name: value.slice(prefix.length), path };
    }
  }
  return undefined;
}

/** A value with something else in the place of every reference. */
export function withoutReferences(
  value: unknown,
  replace: (reference: Reference) => unknown,
  path: Reference["path"] = [],
): unknown {
  const reference = referenceAt(path, value);
  if (reference !== undefined) return replace(reference);
  if (Array.isArray(value)) {
    return value.map((one, index) => withoutReferences(one, replace, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    withoutReferences(inner, replace, [...path, key]),
  ]);
  return Object.fromEntries(entries);
}

/** Every reference in a value. */
export function referencesIn(value: unknown): readonly Reference[] {
  const found: Reference[] = [];
  withoutReferences(value, (reference) => {
    found.push(reference);
  });
  return found;
}
