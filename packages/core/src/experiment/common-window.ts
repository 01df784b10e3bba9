import type { ToldWindow } from "./experiment.js";
import { type Interval, WindowTracker } from "./window-tracker.js";

/** Windows of processes that measure side by side, and the time all of them measured. */
export class CommonWindow {
  readonly #trackers: ReadonlyMap<string, WindowTracker>;

  /** `onEdge` is called as near as possible to each edge, with the process whose it is. */
  constructor(told: readonly ToldWindow[], onEdge: (process: string) => void) {
    this.#trackers = new Map(
      told.map((one) => [one.process, new WindowTracker(one, () => onEdge(one.process))]),
    );
  }

  /** Takes a line and the controller's time of its arrival. */
  line(process: string, text: string, atMs: number): void {
    this.#trackers.get(process)?.line(process, text, atMs);
  }

  /** The time all of them measured, or why there is none. */
  interval(): Interval | { readonly unavailable: string } {
    let common: Interval = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
    for (const [process, tracker] of this.#trackers) {
      const own = tracker.interval();
      if ("unavailable" in own) {
        const which = this.#trackers.size === 1 ? "" : ` (${process})`;
        return { unavailable: `${own.unavailable}${which}` };
      }
      common = {
        fromMs: Math.max(common.fromMs, own.fromMs),
        toMs: Math.min(common.toMs, own.toMs),
      };
    }
    if (common.fromMs < common.toMs) return common;
    return { unavailable: "at no time did all processes measure" };
  }

  /** The window of each process by its id; none of one that did not tell its own. */
  each(): ReadonlyMap<string, Interval> {
    return new Map(
      [...this.#trackers].flatMap(([process, tracker]) => {
        const own = tracker.interval();
        return "unavailable" in own ? [] : [[process, own] as const];
      }),
    );
  }

  /** Forgets edges still to come. */
  stop(): void {
    for (const tracker of this.#trackers.values()) tracker.stop();
  }
}
