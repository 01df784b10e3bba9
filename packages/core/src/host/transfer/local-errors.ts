import { isHoststackError } from "@hoststack/tools/error";
import { hoststackError } from "../../errors/error.js";

/** Does something; what goes wrong with files of this machine becomes TRANSFER_FAILED. */
export async function withLocalErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (isHoststackError(cause) || !(cause instanceof Error) || code === undefined) throw cause;
    const message = `a transfer failed on this machine: ${cause.message}`;
    throw hoststackError("TRANSFER_FAILED", message, { cause, details: { code } });
  }
}
