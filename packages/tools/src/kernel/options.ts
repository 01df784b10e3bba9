import type { z } from "zod";
import { HoststackError } from "./error.js";

/** Checks options against their schema; throws HoststackError OPTIONS_INVALID naming the field. */
export function checkOptions<S extends z.ZodType>(
  schema: S,
  options: z.input<S>,
  what: string,
): z.output<S> {
  const outcome = schema.safeParse(options);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new HoststackError(
    "OPTIONS_INVALID",
    `${what} options: ${field === "" ? "" : `"${field}": `}${issue?.message ?? "not as expected"}`,
    { details: { what, field, issues: outcome.error.issues } },
  );
}

/** One flag of a command line: nothing when undefined or false, the bare name when true. */
export function flag(name: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [name] : [name, String(value)];
}
