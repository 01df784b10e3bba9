import { type ErrorFacts, HoststackError, isHoststackError } from "@hoststack/tools/error";
import { type ErrorCode, errorCatalogue, exitCodes } from "./catalogue.js";

/** Makes an error of core's catalogue: what went wrong and where in `message`, what to do in `remedy`. */
export function hoststackError(
  code: ErrorCode,
  message: string,
  facts: ErrorFacts = {},
): HoststackError<ErrorCode> {
  return new HoststackError(code, message, facts);
}

/** The exit code an error leads to; anything that is not ours is a plain failure. */
export function exitCodeOf(error: unknown): number {
  if (!isHoststackError(error)) return exitCodes.failed;
  const entry = errorCatalogue[error.code as ErrorCode] as { exitCode: number } | undefined;
  return entry?.exitCode ?? exitCodes.failed;
}
