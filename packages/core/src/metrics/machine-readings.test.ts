import { expect, test } from "vitest";
import { MachineReadings } from "./machine-readings.js";

const cpu = "/sys/devices/system/cpu";

function readings(...snapshots: readonly Readonly<Record<string, string>>[]): MachineReadings {
  const made = new MachineReadings();
  for (const [index, files] of snapshots.entries()) {
    made.add({ token: "", kind: "full", uptimeS: index, files: new Map(Object.entries(files)) });
  }
  return made;
}

const first = { "/proc/1/stat": "1 (init) S 0 1 1 0 -1 0 1 2 3 4 5 0 0 0 20 0 1 0 7 4096" };

test("throttling is counted over all CPUs, and settings that were changed are told", () => {
  const speeds = (core: string, package_: string, governor: string) => ({
    ...first,
    [`${cpu}/cpu0/thermal_throttle/core_throttle_count`]: core,
    [`${cpu}/cpu0/thermal_throttle/package_throttle_count`]: package_,
    [`${cpu}/cpufreq/policy0/scaling_governor`]: governor,
    [`${cpu}/cpufreq/policy0/scaling_max_freq`]: "3000000",
  });
  const seen = readings(speeds("4", "9", "performance"), speeds("5", "11", "powersave"));
  expect(seen.disturbance("node0", { pids: [] })).toMatchObject({
    throttled: 3,
    speedChanges: ["cpufreq/policy0/scaling_governor: performance, then powersave"],
  });
});

test("where the kernel counts no throttling none is told", () => {
  expect(readings(first, first).disturbance("node0", { pids: [] })).toEqual({
    ...{ where: "node0", overS: 1, machineCpus: 1, foreignCpus: 0 },
    ...{ processes: [], speedChanges: [] },
  });
});

test.each([
  ["one snapshot", readings(first), /not read before and after/],
  ["no processes", readings({}, {}), /not read before and after/],
  [
    "hidden processes",
    readings({ "/proc/9/stat": first["/proc/1/stat"] }, { "/proc/9/stat": first["/proc/1/stat"] }),
    /hides the processes of others/,
  ],
])("%s tell nothing, and why", (_, seen, why) => {
  expect(seen.disturbance("node0", { pids: [] })).toEqual({
    where: "node0",
    unavailable: expect.stringMatching(why),
  });
});

test("a process is known by its id and start", () => {
  const seen = readings(first);
  expect([seen.holds(1, 7), seen.holds(1, 8), seen.holds(2, 7)]).toEqual([true, false, false]);
});
