import { procNetDevParser } from "@hoststack/tools";
import type { Snapshot } from "../metrics/snapshot.js";
import type { RoleEnds } from "./experiment.js";
import type { Interval } from "./window-tracker.js";

/** Snapshots are a second apart: a shorter silence may lie between two of them. */
const shortestSilenceMs = 1_900;

/** Less than this part of the most between two snapshots is what kernels say by themselves, no flow. */
const leastShare = 0.001;

interface Reading {
  readonly atMs: number;
  /** Received by the NICs of both ends. */
  readonly bytes: number;
}

/** A link that carried nothing for a while. */
export interface Silence extends Interval {
  readonly ends: RoleEnds;
}

/** The longest time in which a link carried nothing; undefined when that was too short to tell. */
export function longestSilence(
  readings: readonly Reading[],
  within: Interval,
): Interval | undefined {
  const steps = readings.slice(1).map((reading, index) => {
    const before = readings[index] ?? reading;
    return { toMs: reading.atMs, bytes: reading.bytes - before.bytes };
  });
  const least = leastShare * Math.max(0, ...steps.map(({ bytes }) => bytes));
  let longest: Interval | undefined;
  // nothing is known of the time before the first reading
  let fromMs = Math.max(within.fromMs, readings[0]?.atMs ?? 0);
  for (const step of steps) {
    if (step.bytes > least) fromMs = Math.max(within.fromMs, step.toMs);
    const toMs = Math.min(within.toMs, step.toMs);
    if (toMs - fromMs > (longest ? longest.toMs - longest.fromMs : 0)) longest = { fromMs, toMs };
  }
  return longest && longest.toMs - longest.fromMs >= shortestSilenceMs ? longest : undefined;
}

/** Watches by snapshots whether the links of a trial keep carrying. */
export class LinkWatch {
  readonly #links: readonly RoleEnds[];
  /** Of each link what its ends told since its last reading: links may share a NIC. */
  readonly #received = new Map<RoleEnds, Map<string, number>>();
  readonly #readings = new Map<RoleEnds, Reading[]>();

  constructor(links: readonly RoleEnds[]) {
    this.#links = links;
  }

  /** Takes a snapshot of a host and the controller's monotonic time. */
  take(host: string, { files }: Snapshot, atMs: number): void {
    const text = files.get("/proc/net/dev");
    if (text === undefined) return;
    const nics = procNetDevParser.parse(text);
    for (const ends of this.#links) {
      const own = [ends.client, ends.server].find((end) => end.host === host);
      const bytes = own && nics[own.nic]?.receive.bytes;
      if (own === undefined || bytes === undefined) continue;
      const received = this.#received.get(ends) ?? new Map<string, number>();
      this.#received.set(ends, received.set(`${host} ${own.nic}`, bytes));
      // one reading of both ends each time: what a sender receives is next to nothing beside what it sends
      if (received.size < 2) continue;
      this.#received.delete(ends);
      const sum = [...received.values()].reduce((total, one) => total + one, 0);
      const readings = this.#readings.get(ends) ?? [];
      this.#readings.set(ends, readings);
      readings.push({ atMs, bytes: sum });
    }
  }

  /** Links that fell silent while they should have carried; without a window, until the last snapshot. */
  silences(window: Interval | undefined): Silence[] {
    return this.#links.flatMap((ends) => {
      const readings = this.#readings.get(ends) ?? [];
      const [first, last] = [readings[0], readings.at(-1)];
      if (first === undefined || last === undefined) return [];
      const whole = { fromMs: first.atMs, toMs: last.atMs };
      const silence = longestSilence(readings, window ?? whole);
      return silence === undefined ? [] : [{ ends, ...silence }];
    });
  }
}
