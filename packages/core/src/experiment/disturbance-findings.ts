import type { DisturbanceRecord } from "../result/record.js";
import type { Reason } from "../result/verdict.js";

/** A foreign process that takes more of a CPU than this disturbs a trial. */
const mostOfOne = 0.2;
/** So do all of them together, above this many CPUs or this share of the machine's, whichever is more. */
const mostOfAll = { cpus: 0.25, share: 0.05 };

/** Processes that are named; the record has more. */
const mostNamed = 5;

const cpus = (value: number): string => value.toFixed(2);

/** Processes that are not of the run but took CPU time, caches and links from what was measured. */
function busyFinding(seen: Exclude<DisturbanceRecord, { unavailable: string }>): Reason[] {
  const { where, foreignCpus, machineCpus, processes } = seen;
  const allowed = Math.max(mostOfAll.cpus, mostOfAll.share * machineCpus);
  const busiest = processes[0]?.cpus ?? 0;
  if (busiest <= mostOfOne && foreignCpus <= allowed) return [];
  const named = processes
    .slice(0, mostNamed)
    .map((one) => `${one.command} (${one.pid}) ${cpus(one.cpus)}`);
  const thresholds = `threshold ${mostOfOne} for one, ${cpus(allowed)} for all`;
  const text = `other processes kept ${cpus(foreignCpus)} of ${machineCpus} CPUs busy on ${where}: ${named.join(", ")} (${thresholds})`;
  return [{ state: "suspect", rule: "host.busy", text }];
}

/** A machine that was busy with something else, too hot, or set otherwise during a trial makes it suspect. */
export function disturbanceFindings(disturbances: readonly DisturbanceRecord[]): Reason[] {
  return disturbances.flatMap((seen): Reason[] => {
    if ("unavailable" in seen) return [];
    const { where, throttled = 0, speedChanges } = seen;
    const hot = `CPUs of ${where} were throttled ${throttled} times for their temperature`;
    const set = `the CPUs' speed was set otherwise on ${where}: ${speedChanges.join("; ")}`;
    return [
      ...busyFinding(seen),
      ...(throttled > 0 ? [{ state: "suspect", rule: "host.throttled", text: hot } as const] : []),
      ...(speedChanges.length > 0
        ? [{ state: "suspect", rule: "host.speed-changed", text: set } as const]
        : []),
    ];
  });
}
