/** Options of an experiment. */
export type Options = Readonly<Record<string, unknown>>;

/** A value as text that is the same for the same value. */
export function valueText(value: unknown): string {
  if (value === undefined) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Names of the options that are not the same in all of some sets, in the order they come up. */
export function optionsThatDiffer(sets: readonly Options[]): string[] {
  const names = new Set(sets.flatMap((options) => Object.keys(options)));
  return [...names].filter(
    (name) => new Set(sets.map((options) => valueText(options[name]))).size > 1,
  );
}
