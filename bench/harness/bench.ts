/**
 * One way of doing the work once. What it returns is disposed outside the time that is measured, but
 * within the CPU time, which is known only when all children have ended.
 */
export type Side = () => Promise<AsyncDisposable | undefined>;

/** Ours beside a peer or a physical limit. */
export interface Comparison {
  /** What is compared with what, e.g. `ssh2 : ssh host true`. */
  readonly name: string;
  readonly ours: Side;
  readonly peer: Side;
  /** Done before each time, outside what is measured. */
  readonly before?: { readonly ours?: () => Promise<void>; readonly peer?: () => Promise<void> };
  /** Most that ours takes in units of the peer's time: 1.5, or 1/8 for "eight times faster". @default reported, not judged */
  readonly atMost?: number;
  /** The same for CPU time. @default not judged */
  readonly cpuAtMost?: number;
  /** @default 9 */
  readonly pairs?: number;
}

/** A figure of ours with a bar of its own; seconds only where the bar is what a person would notice. */
export interface Figure {
  readonly name: string;
  readonly unit: "s" | "MiB" | "packages" | "round trips" | "processes";
  readonly atMost: number;
  readonly measure: () => Promise<number>;
}

/** What could not be measured here, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** A bench with its servers up. */
interface OpenBench extends AsyncDisposable {
  readonly comparisons?: readonly Comparison[];
  readonly figures?: readonly Figure[];
  readonly skipped?: readonly Skipped[];
}

/** One row of the list of benches. */
export interface Bench {
  readonly id: string;
  readonly title: string;
  /** How the two sides are made equal, for the reader of the table. */
  readonly terms: string;
  /**
   * Both sides get real-time priority, where this user may give it: for work of milliseconds, which
   * anything else on the machine would drown. @default false
   */
  readonly realTime?: boolean;
  readonly open: () => Promise<OpenBench>;
}
