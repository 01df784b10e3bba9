import { isHoststackError } from "@hoststack/tools";

/** An error for a person: what went wrong, then what to do. Unexpected errors keep their stack. */
export function errorLines(error: unknown): string[] {
  if (!isHoststackError(error)) {
    return [`unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
  }
  const [first, ...rest] = error.message.split("\n");
  return [
    `error: ${first} [${error.code}]`,
    ...rest.map((line) => `  ${line}`),
    ...(error.remedy ? [`  ${error.remedy}`] : []),
  ];
}
