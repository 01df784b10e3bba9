import { procStatParser } from "@hoststack/tools";
import type { CoreUse } from "../result/record.js";
import { uptimeStepS } from "./clock.js";
import type { Snapshot } from "./snapshot.js";

/** Ticks by CPU and state since boot, as /proc/stat counts them. */
type Ticks = ReadonlyMap<string, Readonly<Record<State, number>>>;
type State = "user" | "system" | "irq" | "softirq" | "steal" | "idle";
const states: readonly State[] = ["user", "system", "irq", "softirq", "steal", "idle"];

/** USER_HZ, the unit of /proc/stat on every architecture this runs on (proc(5)). */
const ticksPerS = 100;
/** A window shorter than this many ticks has no shares. */
const fewestTicks = 2;
/** Largest part of the window by which its edges may be wrong. */
const edgeTolerance = 0.2;
/** A window may reach beyond the snapshots by this; it closes when a tool ends, and so do they. */
const reachS = 0.03;

/** CPU counters of a machine at a moment of its uptime. */
export interface CpuPoint {
  readonly uptimeS: number;
  readonly ticks: Ticks;
}

/** The CPU counters of a snapshot with the uptime read next to them; nothing when it holds none. */
export function cpuPoint({ files, uptimeS }: Snapshot): CpuPoint | undefined {
  const text = files.get("/proc/stat");
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
  const beside = Number.parseFloat(files.get("/proc/uptime") ?? "");
  const readS = Number.isFinite(beside) ? beside : uptimeS;
  // it is cut off: half a step is missing on average
  return { uptimeS: readS + uptimeStepS / 2, ticks };
}

/** The counters at a moment, on the straight line between the snapshots around it. */
function at(points: readonly CpuPoint[], momentS: number): CpuPoint | undefined {
  const after = points.findIndex((point) => point.uptimeS >= momentS);
  const [left, right] = [after < 0 ? points.at(-1) : points[after - 1], points[after]];
  if (left === undefined || right === undefined) {
    const end = left ?? right;
    return end !== undefined && Math.abs(end.uptimeS - momentS) <= reachS ? end : undefined;
  }
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

/** An interval of a machine's uptime. */
export interface UptimeWindow {
  readonly fromS: number;
  readonly toS: number;
  /** How far both edges can be off by the clocks. */
  readonly offsetErrorS: number;
}

/** CPU use of a machine inside an interval of its own uptime. */
export interface CpuInWindow {
  readonly cores: CoreUse[];
  /** Length of the interval that the snapshots reach around, in s. */
  readonly windowS: number;
  /** Distance from an edge of the window to the nearest snapshot, the larger of both, in s. */
  readonly edgeErrorS: number;
}

const s = (seconds: number) => `${seconds.toFixed(3)} s`;

/**
 * Cuts the CPU counters to an interval of the host's uptime; points are in order of time. Tells why
 * when that cannot be done; shares are of one CPU and add up to 1, with what the kernel left
 * unaccounted: it counts running work by timer ticks, and an idle CPU has none.
 */
export function cpuInWindow(
  points: readonly CpuPoint[],
  { fromS, toS, offsetErrorS }: UptimeWindow,
): CpuInWindow | { readonly unavailable: string } {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return { unavailable: "no CPU times were read" };
  const asked = toS - fromS;
  if (asked < fewestTicks / ticksPerS) {
    const least = s(fewestTicks / ticksPerS);
    return { unavailable: `the window of ${s(asked)} is under two clock ticks (${least})` };
  }
  const [from, to] = [at(points, fromS), at(points, toS)];
  if (from === undefined || to === undefined) {
    const spans = `${s(first.uptimeS)} to ${s(last.uptimeS)}`;
    return {
      unavailable: `the snapshots reach from uptime ${spans}, the window from ${s(fromS)} to ${s(toS)}`,
    };
  }
  const nearest = (momentS: number) =>
    Math.min(...points.map((point) => Math.abs(point.uptimeS - momentS)));
  const edgeErrorS = Math.max(nearest(fromS), nearest(toS));
  if (edgeErrorS + offsetErrorS > edgeTolerance * asked) {
    const why = `${s(edgeErrorS)} to the nearest snapshot, ${s(offsetErrorS)} between the clocks`;
    return {
      unavailable: `the window's edges are too unsure for its ${s(asked)}: ${why}`,
    };
  }
  const windowS = to.uptimeS - from.uptimeS;
  const cores = coresBetween(from, to);
  return cores.every((core) => core.unaccounted === 1)
    ? { unavailable: `the kernel counted no CPU time within the window of ${s(asked)}` }
    : { cores, windowS, edgeErrorS };
}

function coresBetween(from: CpuPoint, to: CpuPoint): CoreUse[] {
  const cores: CoreUse[] = [];
  for (const [cpu, later] of to.ticks) {
    const earlier = from.ticks.get(cpu);
    if (earlier === undefined) continue;
    const grown = states.map((state) => Math.max(0, later[state] - earlier[state]));
    const total = grown.reduce((sum, value) => sum + value, 0);
    // Time may be missing from the counters but never be too much, apart from rounding.
    const whole = Math.max(total, (to.uptimeS - from.uptimeS) * ticksPerS);
    const shares = Object.fromEntries(
      states.map((state, index) => [state, (grown[index] ?? 0) / whole]),
    ) as Record<State, number>;
    cores.push({ cpu, ...shares, unaccounted: 1 - total / whole });
  }
  return cores;
}
