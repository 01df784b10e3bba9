import type { Snapshot } from "./snapshot.js";

/** A snapshot with the moments between which its host's clock was read. */
export interface TimedSnapshot {
  readonly snapshot: Snapshot;
  /** Controller's monotonic clock when it was asked for. */
  readonly askedMs: number;
  /** Controller's monotonic clock when its first line arrived. */
  readonly answeredMs: number;
}
