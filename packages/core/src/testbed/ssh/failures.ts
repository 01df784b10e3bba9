import { isHoststackError } from "@hoststack/tools";
import type { ErrorCode } from "../../errors/catalogue.js";
import { hoststackError } from "../../errors/error.js";

/** What went wrong with a host. */
export interface HostFailure {
  readonly host: string;
  readonly error: unknown;
}

/** Which code stands for several: no connection explains more than what could not be asked. */
const byWeight: readonly ErrorCode[] = [
  "INTERRUPTED",
  "HOST_KEY_REJECTED",
  "HOST_UNREACHABLE",
  "OPTIONS_INVALID",
];

/** One error for all hosts that failed, each with its name, its own words and what to do. */
export function failureOfHosts(failures: readonly HostFailure[]): unknown {
  const strange = failures.find(({ error }) => !isHoststackError(error));
  if (strange !== undefined) return strange.error;
  const known = failures.flatMap(({ host, error }) =>
    isHoststackError(error) ? [{ host, error }] : [],
  );
  const code =
    byWeight.find((one) => known.some(({ error }) => error.code === one)) ?? known[0]?.error.code;
  const lines = known.map(({ host, error }) => {
    const fix = error.remedy === undefined ? "" : `; ${error.remedy}`;
    return `${host}: ${error.message}${fix}`;
  });
  const count = known.length === 1 ? "a host is" : `${known.length} hosts are`;
  return hoststackError(code as ErrorCode, `${count} not usable\n${lines.join("\n")}`, {
    cause: known[0]?.error,
    details: { hosts: known.map(({ host, error }) => ({ host, code: error.code })) },
  });
}
