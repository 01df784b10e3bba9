import { expect, test } from "vitest";
import { type CpuPoint, cpuInWindow, cpuPoint } from "./cpu.js";
import type { Snapshot } from "./snapshot.js";

const stat = (user: number, idle: number) =>
  [
    `cpu  ${user} 0 0 ${2 * idle + user} 0 0 0 0 0 0`,
    `cpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0`,
    `cpu1 0 0 0 ${user + idle} 0 0 0 0 0 0`,
  ].join("\n");

const snapshot = (uptimeS: number, files: Record<string, string>): Snapshot => ({
  token: "0",
  kind: "tick",
  uptimeS,
  files: new Map(Object.entries(files)),
});

/** Counters at this uptime: CPU 0 has spent `user` and `idle` ticks, and CPU 1 only idles. */
function at(uptimeS: number, user: number, idle: number): CpuPoint {
  const point = cpuPoint(snapshot(uptimeS, { "/proc/stat": stat(user, idle) }));
  return { uptimeS, ticks: point?.ticks ?? new Map() };
}

const window = (fromS: number, toS: number, offsetErrorS = 0) => ({ fromS, toS, offsetErrorS });
const use = (points: readonly CpuPoint[], cut: ReturnType<typeof window>) => {
  const found = cpuInWindow(points, cut);
  if ("unavailable" in found) throw new Error(found.unavailable);
  return found;
};
const reason = (points: readonly CpuPoint[], cut: ReturnType<typeof window>) => {
  const found = cpuInWindow(points, cut);
  return "unavailable" in found ? found.unavailable : "";
};

test("only the window counts, however busy the host was around it", () => {
  // idle for 10 s, busy for 2 s, idle for 8 s
  const points = [at(0, 0, 0), at(10, 0, 1000), at(12, 200, 1000), at(20, 200, 1800)];
  const busy = use(points, window(10, 12));
  expect(busy.cores[0]).toMatchObject({ cpu: "cpu0", user: 1, idle: 0 });
  expect(busy.cores[1]).toMatchObject({ cpu: "cpu1", user: 0, idle: 1 });
  expect(busy).toMatchObject({ edgeErrorS: 0, windowS: 2 });
});

test("the uptime read next to the CPU times is theirs, not the shell's earlier one", () => {
  const beside = { "/proc/uptime": "12.40 7.00", "/proc/stat": stat(0, 10) };
  expect(cpuPoint(snapshot(12.1, beside))?.uptimeS).toBeCloseTo(12.405, 9);
  expect(cpuPoint(snapshot(12.1, { "/proc/stat": stat(0, 10) }))?.uptimeS).toBeCloseTo(12.105, 9);
  expect(cpuPoint(snapshot(12.1, {}))).toBeUndefined();
});

test("time the kernel accounts to no state is not idle time", () => {
  const { cores } = use([at(0, 0, 0), at(10, 0, 900)], window(0, 10));
  expect(cores[0]).toMatchObject({ user: 0, idle: 0.9, unaccounted: expect.closeTo(0.1, 9) });
});

test("an edge between snapshots is interpolated and the distance told", () => {
  const found = use([at(0, 0, 0), at(10, 500, 500), at(50, 500, 4500)], window(9, 49));
  expect(found.cores[0]?.user).toBeCloseTo(50 / 4000, 9);
  const near = use([at(0, 0, 0), at(10, 500, 500), at(20, 500, 1500)], window(9.5, 19.5));
  expect(near.cores[0]?.user).toBeCloseTo(25 / 1000, 9);
  expect(near.edgeErrorS).toBe(0.5);
});

test("a window that closes just beyond the snapshots is cut to them", () => {
  const points = [at(5, 0, 0), at(10, 100, 400)];
  const found = use(points, window(4.98, 10.02));
  expect(found.windowS).toBe(5);
  expect(found.cores[0]?.user).toBeCloseTo(0.2, 9);
  expect(found.edgeErrorS).toBeCloseTo(0.02, 9);
  expect(reason(points, window(4.9, 9))).toMatch(/from uptime 5.000 s to 10.000 s, .* 4.900 s/);
  expect(reason(points, window(6, 10.04))).toMatch(/the window from 6.000 s to 10.040 s/);
});

test("a window without sure shares has none, and says which way", () => {
  const points = [at(0, 0, 0), at(1, 0, 100), at(2, 0, 200)];
  expect(reason(points, window(1, 1.019))).toMatch(/0.019 s is under two clock ticks/);
  expect(reason(points, window(0.5, 1.5))).toMatch(/0.500 s to the nearest snapshot/);
  expect(reason(points, window(1, 2, 0.21))).toMatch(/1.000 s: .* 0.210 s between the clocks/);
  expect(reason(points, window(1, 2, 0.09))).toBe("");
  expect(reason([], window(1, 2))).toBe("no CPU times were read");
  // both edges cut to the same snapshot
  expect(reason(points, window(2.001, 2.029))).toMatch(/too unsure/);
});

test("counters that stood still are not blamed on the snapshots", () => {
  const still = [at(0, 5, 5), at(1, 5, 5)];
  expect(reason(still, window(0, 1))).toMatch(/the kernel counted no CPU time/);
  const [one, two] = [at(0, 0, 0), at(1, 0, 100)];
  const half = {
    ...two,
    ticks: new Map(
      [...two.ticks].map(([cpu, ticks]) => {
        return [cpu, cpu === "cpu0" ? { ...ticks, idle: 0 } : ticks];
      }),
    ),
  };
  expect(use([one, half], window(0, 1)).cores).toMatchObject([
    { cpu: "cpu0", idle: 0, unaccounted: 1 },
    { cpu: "cpu1", idle: 1, unaccounted: 0 },
  ]);
});
