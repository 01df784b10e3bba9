import type { DevmemFacts, NicFacts } from "../discovery/facts.js";
import type { FlowSetOptions } from "../flow-sets/options.js";

/** One thing an engine needs of a NIC or its host, and what was found. */
export interface Requirement {
  /** In a word or two: `header split`, `queues`. */
  readonly what: string;
  /** `warning`: figures may suffer, but a run is possible. */
  readonly state: "met" | "unmet" | "warning";
  readonly found: string;
  readonly wanted: string;
  /** How to get it; there where it is not met. */
  readonly remedy?: string;
}

/** One NIC of a host in its role. */
export interface NicQuestion {
  readonly facts: DevmemFacts;
  readonly nic: string;
  readonly role: "client" | "server";
  readonly options: FlowSetOptions;
}

const noNic: NicFacts = { rxQueues: 0, privateFlags: {} };

/** What the host told of the NIC; nothing where it does not have it. */
export const nicOf = ({ facts, nic }: NicQuestion): NicFacts => facts.nics[nic] ?? noNic;

interface About {
  readonly what: string;
  readonly wanted: string;
}

/** A requirement that holds, or does not and says what to do. */
export function judged(
  about: About,
  holds: boolean,
  { found, remedy }: { readonly found: string; readonly remedy: string },
): Requirement {
  return holds ? { ...about, state: "met", found } : { ...about, state: "unmet", found, remedy };
}

/** As `judged`, where a run is possible all the same. */
export function advised(...given: Parameters<typeof judged>): Requirement {
  const one = judged(...given);
  return one.state === "unmet" ? { ...one, state: "warning" } : one;
}
