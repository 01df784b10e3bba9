import type { HostCounts } from "../../experiment/host-counts.js";
import type { InformedPart } from "../../experiment/host-part.js";
import type { Facts } from "../../facts/fact.js";
import type { ProfileStep } from "../../tuning/profile.js";

/** How many hosts of a testbed are clients, and how many servers. */
export type RoleCounts = Extract<HostCounts, { readonly clients: number }>;

/** A tuning profile of a system, by a name: what a file would say, made for the hosts of a testbed. */
export interface SystemProfile<F extends Facts = Facts> {
  /** One line for help texts. */
  readonly summary: string;
  /** Asked of every host it is for. @default nothing */
  readonly facts?: F;
  /**
   * Pure. What is set on a host, in this order, by the names of its NICs and the numbers of its CPUs; the first of its
   * NICs is that of the link experiments use. Throws OPTIONS_INVALID.
   */
  steps(host: InformedPart<F>, counts: RoleCounts): readonly ProfileStep[];
}

/** A profile whose type argument does not matter, as a system holds it. */
// biome-ignore lint/suspicious/noExplicitAny: profiles ask different facts
export type AnyProfile = SystemProfile<any>;

/** Ties facts and steps of a profile together for the type checker. */
export function defineProfile<F extends Facts = Record<never, never>>(
  profile: SystemProfile<F>,
): SystemProfile<F> {
  return profile;
}
