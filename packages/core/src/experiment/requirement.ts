import type { Answers, Facts } from "../facts/fact.js";
import type { HostPart, InformedPart } from "./host-part.js";

/** One thing an experiment needs of a host beside programs and capabilities, and what was found. */
export interface HostRequirement {
  /** In a word or two: `header split of eth1`. */
  readonly what: string;
  /** `warning`: figures may suffer, but a run is possible. */
  readonly state: "met" | "unmet" | "warning";
  readonly found: string;
  readonly wanted: string;
  /** How to get it; there where it is not met. */
  readonly remedy?: string;
}

/** What is asked of every host that takes part, and what follows from its answers. */
export interface Requirements<O, F extends Facts = Facts> {
  /** Asked once for each host. */
  readonly facts: F;
  /** Pure. */
  judge(part: HostPart, facts: Answers<F>, options: O): readonly HostRequirement[];
  /** Pure. What both ends have to agree on, told of their link; asked for each pair of hosts. @default nothing */
  agree?(client: InformedPart<F>, server: InformedPart<F>, options: O): readonly HostRequirement[];
}

/** Ties facts and judgement together for the type checker. */
export function defineRequirements<O, F extends Facts>(
  requirements: Requirements<O, F>,
): Requirements<O> {
  // what is judged are the answers to these very facts
  return requirements as unknown as Requirements<O>;
}
