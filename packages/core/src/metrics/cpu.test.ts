import { expect, test } from "vitest";
import { cpuInWindow } from "./cpu.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** A snapshot in which CPU 0 has spent `user` and `idle` ticks, and CPU 1 only idles. */
const at = (uptimeS: number, user: number, idle: number): TimedSnapshot => {
  const all = user + idle;
  const text = [
    `cpu  ${user} 0 0 ${idle + all} 0 0 0 0 0 0`,
    `cpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0`,
    `cpu1 0 0 0 ${all} 0 0 0 0 0 0`,
    "ctxt 1",
    "btime 1",
    "softirq 0 0 0 0 0 0 0 0 0 0 0",
  ].join("\n");
  return {
    snapshot: { token: "0", kind: "tick", uptimeS, files: new Map([["/proc/stat", text]]) },
    askedMs: 0,
    answeredMs: 0,
  };
};

test("only the window counts, however busy the host was around it", () => {
  // idle for 10 s, busy for 2 s, idle for 8 s
  const snapshots = [at(0, 0, 0), at(10, 0, 1000), at(12, 200, 1000), at(20, 200, 1800)];
  const busy = cpuInWindow(snapshots, 10, 12);
  expect(busy?.cores[0]).toMatchObject({ cpu: "cpu0", user: 1, idle: 0 });
  expect(busy?.cores[1]).toMatchObject({ cpu: "cpu1", user: 0, idle: 1 });
  expect(busy?.edgeErrorS).toBe(0);
});

test("time the kernel accounts to no state is not idle time", () => {
  const use = cpuInWindow([at(0, 0, 0), at(10, 0, 900)], 0, 10);
  expect(use?.cores[0]).toMatchObject({ user: 0, idle: 0.9, unaccounted: expect.closeTo(0.1, 9) });
});

test("an edge between snapshots is interpolated and the distance told", () => {
  const use = cpuInWindow([at(0, 0, 0), at(10, 500, 500), at(20, 500, 1500)], 8, 12);
  expect(use?.cores[0]?.user).toBeCloseTo(0.25, 9);
  expect(use?.edgeErrorS).toBe(2);
});

test("a window the snapshots do not reach around has no figure", () => {
  const snapshots = [at(5, 0, 0), at(10, 100, 400)];
  expect(cpuInWindow(snapshots, 4, 9)).toBeUndefined();
  expect(cpuInWindow(snapshots, 6, 11)).toBeUndefined();
});
