import type { Answers, Facts } from "../facts/fact.js";
import type { Role } from "../testbed/testbed.js";

/** A host that takes part, as conditions and requirements see it. */
export interface HostPart {
  readonly host: string;
  /** The first of `roles`. */
  readonly role: Role;
  /** Both for a host that is client and server. */
  readonly roles: readonly Role[];
  /** Place among the hosts of its role, from 0. */
  readonly index: number;
  /** Its data NICs on the links the experiment asked for. */
  readonly nics: readonly string[];
}

/** A host that takes part, with its answers to the experiment's facts. */
export interface InformedPart<F extends Facts> extends HostPart {
  readonly facts: Answers<F>;
}
