import type { Snapshot } from "./snapshot.js";

/** What the kernel tells of the speed of a machine's CPUs, where it does. */
export interface SpeedReading {
  /** How often CPUs and packages were throttled for their temperature, by file. */
  readonly throttles: ReadonlyMap<string, number>;
  /** Governors, highest allowed frequencies and turbo, by file. */
  readonly settings: ReadonlyMap<string, string>;
}

const root = "/sys/devices/system/cpu/";

/** What a full snapshot tells of the CPUs' speed. */
export function speedReading({ files }: Snapshot): SpeedReading {
  const found = [...files].filter(([path]) => path.startsWith(root));
  const counts = found.filter(([path]) => path.endsWith("_throttle_count"));
  const settings = found.filter(([path]) => !path.endsWith("_throttle_count"));
  return {
    throttles: new Map(counts.map(([path, text]) => [path, Number(text)])),
    settings: new Map(settings.map(([path, text]) => [path.slice(root.length), text.trim()])),
  };
}

/** What changed about the CPUs' speed between two readings. */
export interface SpeedChange {
  /** Throttle events, over all CPUs; undefined where the kernel does not count them. */
  readonly throttled: number | undefined;
  /** Settings that are not as before, one clause each. */
  readonly changes: readonly string[];
}

/** Compares two readings of one machine. */
export function speedChange(before: SpeedReading, after: SpeedReading): SpeedChange {
  const grown = [...after.throttles].map(
    ([path, count]) => count - (before.throttles.get(path) ?? count),
  );
  const changes = [...after.settings].flatMap(([path, now]) => {
    const then = before.settings.get(path);
    return then === undefined || then === now ? [] : [`${path}: ${then}, then ${now}`];
  });
  return {
    throttled: grown.length === 0 ? undefined : grown.reduce((sum, one) => sum + one, 0),
    changes,
  };
}
