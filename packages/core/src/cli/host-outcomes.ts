import { exitCodes } from "../errors/catalogue.js";
import { exitCodeOf } from "../errors/error.js";
import { failureOfHosts, type HostFailure } from "../testbed/ssh/failures.js";
import { type ErrorData, errorData } from "./error-data.js";
import { errorLines } from "./error-lines.js";
import type { Channel } from "./terminal.js";

/** What became of a host. */
interface Outcome {
  /** `untouched` where nothing was done, be it because of another host. */
  readonly verdict: "incomplete" | "installed" | "proven" | "untouched" | "unproven";
  readonly error?: ErrorData;
}

/**
 * What became of each host a command is about, for one document that `--json` prints at its end, whatever that is. A
 * host of which nothing was told is untouched.
 */
export class HostOutcomes {
  readonly #found: Map<string, Outcome>;

  constructor(hosts: readonly string[]) {
    this.#found = new Map(hosts.map((host) => [host, { verdict: "untouched" }]));
  }

  tell<O extends Outcome>(host: string, outcome: O): void {
    this.#found.set(host, outcome);
  }

  /** Hosts at which it ended before anything was done. */
  refuse(failures: readonly HostFailure[]): void {
    for (const { host, error } of failures) {
      this.tell(host, { verdict: "untouched", error: errorData(error) });
    }
  }

  /** In the order of the hosts. */
  data(): readonly (Outcome & { readonly host: string })[] {
    return [...this.#found].map(([host, outcome]) => ({ host, ...outcome }));
  }
}

/** What came of asking every host for itself. */
export interface AskedHosts<T> {
  readonly found: readonly T[];
  readonly failures: readonly HostFailure[];
}

/** Does something with all hosts at once; each succeeds or fails for itself. */
export async function forEachHost<H extends { readonly host: { readonly name: string } }, T>(
  hosts: readonly H[],
  act: (host: H) => Promise<T>,
): Promise<AskedHosts<T>> {
  const settled = await Promise.allSettled(hosts.map(act));
  return {
    found: settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    failures: settled.flatMap((one, index) =>
      one.status === "rejected"
        ? [{ host: hosts[index]?.host.name ?? "", error: one.reason as unknown }]
        : [],
    ),
  };
}

/** A host that told nothing, for `--json`. */
interface FailureData {
  readonly host: string;
  readonly error: ErrorData;
}

export const failureData = ({ host, error }: HostFailure): FailureData => ({
  host,
  error: errorData(error),
});

/** What hosts told, and the errors of those that told nothing: for `--json`. */
export function toldData<T>({ found, failures }: AskedHosts<T>): readonly (T | FailureData)[] {
  return [...found, ...failures.map(failureData)];
}

/** Tells people of hosts that nothing can be done to. Returns the exit code that stands for them. */
export function tellMissing(failures: readonly HostFailure[], err: Channel): number {
  if (failures.length === 0) return exitCodes.ok;
  const error = failureOfHosts(failures);
  for (const line of errorLines(error, err.columns)) err.line(line);
  return exitCodeOf(error);
}

/** Tells people the error of each host. Returns the exit code that stands for all of them. */
export function tellFailures(failures: readonly HostFailure[], err: Channel): number {
  for (const { error } of failures) {
    for (const line of errorLines(error, err.columns)) err.line(line);
  }
  return exitCodeOf(failureOfHosts(failures));
}
