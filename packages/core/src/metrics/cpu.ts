import { procStatParser } from "@hoststack/tools";
import type { CoreUse } from "../result/record.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** Ticks by CPU and state since boot, as /proc/stat counts them. */
type Ticks = ReadonlyMap<string, Readonly<Record<State, number>>>;
type State = "user" | "system" | "irq" | "softirq" | "steal" | "idle";
const states: readonly State[] = ["user", "system", "irq", "softirq", "steal", "idle"];

/** USER_HZ, the unit of /proc/stat on every architecture this runs on (proc(5)). */
const ticksPerS = 100;

interface Point {
  readonly uptimeS: number;
  readonly ticks: Ticks;
}

function ticksOf(timed: TimedSnapshot): Point | undefined {
  const text = timed.snapshot.files.get("/proc/stat");
  if (text === undefined) return undefined;
  const ticks = new Map(
    procStatParser.parse(text).cpus.map(({ cpu, times }) => [
      `cpu${cpu}`,
      {
        user: times.user + times.nice,
        system: times.system,
        irq: times.irq,
        softirq: times.softirq,
        steal: times.steal,
        idle: times.idle + times.iowait,
      },
    ]),
  );
  return { uptimeS: timed.snapshot.uptimeS, ticks };
}

/** The counters at a moment, on the straight line between the snapshots around it. */
function at(points: readonly Point[], momentS: number): Point | undefined {
  const after = points.findIndex((point) => point.uptimeS >= momentS);
  const [left, right] = [points[after - 1], points[after]];
  if (right?.uptimeS === momentS) return right;
  if (left === undefined || right === undefined) return undefined;
  const share = (momentS - left.uptimeS) / (right.uptimeS - left.uptimeS);
  const ticks = new Map(
    [...right.ticks].map(([cpu, later]) => {
      const earlier = left.ticks.get(cpu) ?? later;
      const between = states.map((state) => [
        state,
        earlier[state] + share * (later[state] - earlier[state]),
      ]);
      return [cpu, Object.fromEntries(between) as Record<State, number>];
    }),
  );
  return { uptimeS: momentS, ticks };
}

/** CPU use of a machine inside an interval of its own uptime. */
export interface CpuInWindow {
  readonly cores: CoreUse[];
  /** Distance from an edge of the window to the nearest snapshot, the larger of both, in s. */
  readonly edgeErrorS: number;
}

/**
 * Cuts the CPU counters to `[fromS, toS]` of the host's uptime. Undefined when the snapshots do not
 * reach around the interval; shares are of one CPU and add up to 1, with what the kernel left
 * unaccounted: it counts running work by timer ticks, and an idle CPU has none.
 */
export function cpuInWindow(
  snapshots: readonly TimedSnapshot[],
  fromS: number,
  toS: number,
): CpuInWindow | undefined {
  const points = snapshots
    .map(ticksOf)
    .filter((point): point is Point => point !== undefined)
    .sort((a, b) => a.uptimeS - b.uptimeS);
  const [from, to] = [at(points, fromS), at(points, toS)];
  if (from === undefined || to === undefined) return undefined;
  const cores: CoreUse[] = [];
  for (const [cpu, later] of to.ticks) {
    const earlier = from.ticks.get(cpu);
    if (earlier === undefined) continue;
    const grown = states.map((state) => Math.max(0, later[state] - earlier[state]));
    const total = grown.reduce((sum, value) => sum + value, 0);
    if (total === 0) return undefined;
    // Time may be missing from the counters but never be too much, apart from rounding.
    const whole = Math.max(total, (toS - fromS) * ticksPerS);
    const shares = Object.fromEntries(
      states.map((state, index) => [state, (grown[index] ?? 0) / whole]),
    ) as Record<State, number>;
    cores.push({ cpu, ...shares, unaccounted: 1 - total / whole });
  }
  const nearest = (momentS: number) =>
    Math.min(...points.map((point) => Math.abs(point.uptimeS - momentS)));
  return { cores, edgeErrorS: Math.max(nearest(fromS), nearest(toS)) };
}
