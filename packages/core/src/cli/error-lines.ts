import { isHoststackError } from "@hoststack/tools";
import { adviceFor } from "../errors/advice.js";
import { hang } from "./wrap.js";

/**
 * An error for a person: what went wrong, then what to do; where it does not say so itself, what helps
 * with its kind. Lines too long for a terminal are broken between words. Unexpected errors keep their stack.
 */
export function errorLines(error: unknown, columns: number): string[] {
  if (!isHoststackError(error)) {
    return [`unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
  }
  const next = error.remedy ?? adviceFor(error.code)?.next;
  const [first, ...rest] = error.message.split("\n");
  return [
    ...fitting("error: ", `${first} [${error.code}]`, columns),
    ...rest.flatMap((line) => fitting("  ", line, columns)),
    ...(next === undefined ? [] : fitting("  ", next, columns)),
  ];
}

/** What fits stays as it is: lines of compilers point at their columns. */
function fitting(lead: string, text: string, columns: number): string[] {
  const line = `${lead}${text}`;
  return line.length <= columns ? [line] : hang(lead, text, columns);
}
