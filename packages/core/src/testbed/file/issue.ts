/** Where something stands in a file: keys and indices from the top. */
export type FieldPath = readonly (string | number)[];

/** One thing wrong with a file. */
export interface FileIssue {
  readonly path: FieldPath;
  /** What is wrong, after the name of the field. */
  readonly text: string;
  /** What to do, as a sentence without a full stop. */
  readonly fix: string;
}

/** A path as it is written in messages, e.g. `links[0].ends[1].nic`. */
export function fieldName(path: FieldPath): string {
  const steps = path.map((step, index) => {
    if (typeof step === "number") return `[${step}]`;
    return index === 0 ? step : `.${step}`;
  });
  return steps.length === 0 ? "the file" : steps.join("");
}

/** What stands at a path of a value; undefined when nothing does. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.hasOwn(inner, step)
      ? (inner as Record<string | number, unknown>)[step]
      : undefined;
  }, value);
}
