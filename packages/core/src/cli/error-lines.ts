import { isHoststackError } from "@hoststack/tools";
import { adviceFor } from "../errors/advice.js";

/**
 * An error for a person: what went wrong, then what to do; where it does not say so itself, what helps
 * with its kind. Unexpected errors keep their stack.
 */
export function errorLines(error: unknown): string[] {
  if (!isHoststackError(error)) {
    return [`unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
  }
  const next = error.remedy ?? adviceFor(error.code)?.next;
  const [first, ...rest] = error.message.split("\n");
  return [
    `error: ${first} [${error.code}]`,
    ...rest.map((line) => `  ${line}`),
    ...(next === undefined ? [] : [`  ${next}`]),
  ];
}
