import type { FeatureEvidence } from "../experiment/evidence.js";
import type { Evidence } from "../testbed/testbed.js";

/** What was found of one requirement on one host. */
export interface Finding {
  /** Name of the host, or `this machine`. */
  readonly host: string;
  /** What is required, in a word or two: `program sockperf`, `rdma`, `load`. */
  readonly what: string;
  /** `warning`: figures may suffer, but a run is possible. */
  readonly state: "met" | "unmet" | "warning";
  readonly found: string;
  readonly wanted: string;
  /** Who needs it, or what it does to figures. */
  readonly why: string;
  /** How to get it; there where it is not met. */
  readonly remedy?: string;
}

/** What `doctor` knows of experiments on a testbed. */
export interface Examination {
  readonly testbed: {
    readonly kind: "netns" | "ssh" | "vm";
    /** Where figures would come from. */
    readonly evidence: Evidence;
    readonly notices: readonly string[];
  };
  readonly findings: readonly Finding[];
  /** Of every experiment, in the order asked for. */
  readonly experiments: readonly {
    readonly name: string;
    readonly evidence: readonly FeatureEvidence[];
  }[];
}

/** The machine that runs hoststack, where it is not a host of the testbed itself. */
export const thisMachine = "this machine";
