import { procNetDevParser } from "@hoststack/tools";
import { type CpuPoint, cpuInWindow, cpuPoint } from "../metrics/cpu.js";
import type { Snapshot } from "../metrics/snapshot.js";

/** A moment of a host, as its sampler saw it. */
export interface Moment {
  /** The host's uptime, in s. */
  readonly uptimeS: number;
  readonly cpu: CpuPoint;
  /** Bytes since the interface came up, by interface. */
  readonly nics: Readonly<Record<string, { readonly receive: number; readonly transmit: number }>>;
}

/** A mean over an interval; times in s since the measuring window opened. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
  readonly value: number;
}

/** What one host did over time in one trial. */
export interface Timeline {
  readonly variant: string;
  readonly repetition: number;
  readonly host: string;
  /** CPUs the host's machine kept busy. */
  readonly busyCpus: readonly Span[];
  /** bit/s of every interface but the loopback, by its name. */
  readonly nics: Readonly<
    Record<string, { readonly receive: readonly Span[]; readonly transmit: readonly Span[] }>
  >;
}

/** What a snapshot tells of a moment; nothing when it holds no CPU times. */
export function momentOf(snapshot: Snapshot): Moment | undefined {
  const cpu = cpuPoint(snapshot);
  const text = snapshot.files.get("/proc/net/dev");
  if (cpu === undefined) return undefined;
  const nics = Object.entries(text === undefined ? {} : procNetDevParser.parse(text)).map(
    ([name, { receive, transmit }]) =>
      [name, { receive: receive.bytes, transmit: transmit.bytes }] as const,
  );
  return { uptimeS: cpu.uptimeS, cpu, nics: Object.fromEntries(nics) };
}

/** Shorter intervals would show the clock's resolution of 10 ms instead of rates. */
const shortestS = 0.25;
const mostSpans = 300;

/** Leaves moments out until those that stay are far enough apart; counters lose nothing by it. */
export function thinned(moments: readonly Moment[]): Moment[] {
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return [];
  const apart = Math.max(shortestS, (last.uptimeS - first.uptimeS) / mostSpans);
  const kept = [first];
  for (const moment of moments) {
    const far = moment.uptimeS - (kept.at(-1)?.uptimeS ?? 0) >= apart;
    if (far && (last.uptimeS - moment.uptimeS >= apart || moment === last)) kept.push(moment);
  }
  return kept;
}

/** Where a host's timeline belongs, and what its uptime was when the measuring window opened. */
export interface TimelinePlace {
  readonly variant: string;
  readonly repetition: number;
  readonly host: string;
  readonly windowUptimeS: number;
}

/** Growth of a counter that was reset in between is not known. */
const rates = (earlier: number, later: number, seconds: number): number[] =>
  later < earlier ? [] : [((later - earlier) * 8) / seconds];

/** What a host did between the moments of a trial, in order of time. */
export function timelineOf(
  { windowUptimeS, ...trial }: TimelinePlace,
  moments: readonly Moment[],
): Timeline {
  const kept = thinned(moments);
  const pairs = kept.slice(1).map((later, index) => ({ earlier: kept[index] ?? later, later }));
  const span = ({ earlier, later }: (typeof pairs)[number], value: number): Span => ({
    fromS: earlier.uptimeS - windowUptimeS,
    toS: later.uptimeS - windowUptimeS,
    value,
  });
  const busyCpus = pairs.flatMap((pair) => {
    const [fromS, toS] = [pair.earlier.uptimeS, pair.later.uptimeS];
    const use = cpuInWindow([pair.earlier.cpu, pair.later.cpu], { fromS, toS, offsetErrorS: 0 });
    if ("unavailable" in use) return [];
    const busy = use.cores.reduce((sum, core) => sum + 1 - core.idle - core.unaccounted, 0);
    return [span(pair, busy)];
  });
  const names = Object.keys(kept[0]?.nics ?? {}).filter((name) => name !== "lo");
  const bits = (name: string, way: "receive" | "transmit") =>
    pairs.flatMap((pair) => {
      const [before, after] = [pair.earlier.nics[name]?.[way], pair.later.nics[name]?.[way]];
      if (before === undefined || after === undefined) return [];
      const seconds = pair.later.uptimeS - pair.earlier.uptimeS;
      return rates(before, after, seconds).map((value) => span(pair, value));
    });
  const nics = names.map(
    (name) => [name, { receive: bits(name, "receive"), transmit: bits(name, "transmit") }] as const,
  );
  return { ...trial, busyCpus, nics: Object.fromEntries(nics) };
}
