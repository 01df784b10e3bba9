import type { Evidence } from "../testbed/testbed.js";

/**
 * How far a feature has been seen to work: on testbeds of a kind, on outputs made for a test, or not at
 * all. The highest one counts.
 */
export type EvidenceLevel = Evidence | "constructed" | "plan only";

/** A feature of an experiment and how far it has been seen to work. */
export interface FeatureEvidence {
  /** E.g. `UDP`, or `RDMA NIC`. */
  readonly feature: string;
  readonly level: EvidenceLevel;
}

/** The levels in words, highest first. */
export const evidenceWords: Readonly<Record<EvidenceLevel, string>> = {
  hardware: "seen on hardware",
  guest: "seen in guest",
  namespace: "seen in namespace",
  constructed: "constructed",
  "plan only": "plan only",
};

/** What an experiment says of its features; one that says nothing has not been seen to work. */
export function evidenceOf(experiment: {
  readonly evidence?: readonly FeatureEvidence[];
}): readonly FeatureEvidence[] {
  return experiment.evidence ?? [{ feature: "all of it", level: "plan only" }];
}
