import type { z } from "zod";

/** Checks that something is asked for: at least one of these fields. */
export function needsOne<K extends string>(fields: readonly K[]) {
  return (context: z.core.ParsePayload<Readonly<Partial<Record<K, unknown>>>>): void => {
    const { value, issues } = context;
    if (fields.some((field) => value[field] !== undefined)) return;
    const message = `needs one of ${fields.join(", ")}`;
    issues.push({ code: "custom", message, path: [fields[0] ?? ""], input: value });
  };
}
