import { hoststackError } from "../errors/error.js";
import type { OptionsSchema } from "./schema.js";

/**
 * Checks options against an experiment's schema and fills in defaults.
 * Throws OPTIONS_INVALID naming the field.
 */
export async function checkOptions<O>(
  experiment: string,
  schema: OptionsSchema<O>,
  input: unknown,
): Promise<O> {
  const outcome = await schema["~standard"].validate(input);
  if (outcome.issues === undefined) return outcome.value;
  const issue = outcome.issues[0];
  const field = (issue?.path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .join(".");
  throw hoststackError(
    "OPTIONS_INVALID",
    `${experiment}: ${field === "" ? "options" : `option "${field}"`}: ${issue?.message ?? "not accepted"}`,
    { details: { experiment, field } },
  );
}
