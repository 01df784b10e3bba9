import { isHoststackError } from "@hoststack/tools";
import { adviceFor } from "../errors/advice.js";

/** An error as `--json` tells it. */
export interface ErrorData {
  /** Left out for errors that nobody expected. */
  readonly code?: string;
  readonly message: string;
  /** What to do: its own remedy, or what helps with its kind. */
  readonly remedy?: string;
  /** What programs may switch on, such as why a boot failed. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error as data: the same that `errorLines` tells people. */
export function errorData(error: unknown): ErrorData {
  if (!isHoststackError(error)) return { message: `unexpected error: ${String(error)}` };
  const { code, message, details } = error;
  const remedy = error.remedy ?? adviceFor(code)?.next;
  return {
    ...{ code, message },
    ...(remedy === undefined ? {} : { remedy }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}
