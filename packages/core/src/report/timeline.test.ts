import { expect, test } from "vitest";
import type { Snapshot } from "../metrics/snapshot.js";
import { type Moment, momentOf, thinned, timelineOf } from "./timeline.js";

/** A snapshot of two CPUs, of which the first works all the time, and of a card that gets `bytes`. */
function snapshot(uptimeS: number, bytes: number): Snapshot {
  const ticks = Math.round(uptimeS * 100);
  const counters = `${bytes} 1 0 0 0 0 0 0 ${bytes * 2} 1 0 0 0 0 0 0`;
  return {
    token: "t",
    kind: "tick",
    uptimeS,
    files: new Map([
      ["/proc/uptime", `${uptimeS.toFixed(2)} 0.00`],
      [
        "/proc/stat",
        [
          `cpu  ${ticks} 0 0 ${ticks} 0 0 0 0 0 0`,
          `cpu0 ${ticks} 0 0 0 0 0 0 0 0 0`,
          `cpu1 0 0 0 ${ticks} 0 0 0 0 0 0`,
        ].join("\n"),
      ],
      [
        "/proc/net/dev",
        [
          "Inter-|   Receive  |  Transmit",
          ` face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed`,
          `    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0`,
          `  lab0: ${counters}`,
        ].join("\n"),
      ],
    ]),
  };
}

const moments = (...seen: readonly (readonly [number, number])[]): Moment[] =>
  seen.flatMap(([uptimeS, bytes]) => momentOf(snapshot(uptimeS, bytes)) ?? []);

const where = { variant: "v", repetition: 1, host: "client", windowUptimeS: 101.005 };

test("busy CPUs and bit/s are means between snapshots, timed from the window", () => {
  const line = timelineOf(where, moments([100, 0], [101, 1000], [102, 3000]));
  expect(line.busyCpus.map(({ value }) => value)).toEqual([1, 1]);
  expect(line.busyCpus[0]?.fromS).toBeCloseTo(-1, 6);
  expect(line.busyCpus[1]?.toS).toBeCloseTo(1, 6);
  expect(Object.keys(line.nics)).toEqual(["lab0"]);
  expect(line.nics["lab0"]?.receive.map(({ value }) => Math.round(value))).toEqual([8000, 16_000]);
  expect(line.nics["lab0"]?.transmit.map(({ value }) => Math.round(value))).toEqual([
    16_000, 32_000,
  ]);
});

test("snapshots close together are one, so a rate never shows the clock's resolution", () => {
  const times = thinned(moments([100, 0], [100.01, 1], [101, 2], [101.9, 3], [102, 4]));
  expect(times.map(({ uptimeS }) => Math.round(uptimeS * 10) / 10)).toEqual([100, 101, 102]);
});

test("a long trial has some hundred intervals", () => {
  const long = Array.from({ length: 4000 }, (_, second) => [second, second] as const);
  const { length } = thinned(moments(...long));
  expect(length).toBeGreaterThan(200);
  expect(length).toBeLessThanOrEqual(301);
});

test("a counter that was reset leaves a gap", () => {
  const line = timelineOf(where, moments([100, 5000], [101, 0], [102, 1000]));
  expect(line.nics["lab0"]?.receive).toHaveLength(1);
});

test("a snapshot without CPU times is no moment", () => {
  expect(momentOf({ token: "t", kind: "clock", uptimeS: 1, files: new Map() })).toBeUndefined();
});
