import type { PtpReading, PtpWatch } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { contextOf, hostView } from "../../test/support/host.js";
import { type ClockOptions, clockSteps, onClocks } from "./clock.js";
import { ptpErrorUs, ptpFindings } from "./ptp-clocks.js";

const options: ClockOptions = {
  ...{ clock: "ptp", clockBoundUs: 5, ptp: "gptp" },
};
const grandmaster = "525400.fffe.bb0001";
const watch = (...readings: readonly PtpReading[]): PtpWatch => ({ settled: true, readings });
const following = (offsetNs: number, systemOffsetNs: number) =>
  watch({ role: "follower", offsetNs, systemOffsetNs, grandmaster });
const leading = watch({ role: "reference", systemOffsetNs: -200, grandmaster });
const compared = (aheadUs: number, errorUs: number) => ({
  ...{ sent: [], complaints: [] },
  ...{ clockBefore: { aheadUs, errorUs }, clockAfter: { aheadUs, errorUs } },
});
const texts = (...given: Parameters<typeof ptpFindings>) =>
  ptpFindings(...given).map(({ state, rule, text }) => `${state} ${rule}: ${text}`);

describe("clocks that PTP keeps", () => {
  test("are apart by what both ends tell of card and system, of all readings the worst", () => {
    const client = watch(
      ...following(-90, 30).readings,
      ...following(-400, 100).readings,
      ...following(10, 0).readings,
    );
    expect(ptpErrorUs({ client, server: leading })).toBeCloseTo(0.7, 9);
    expect(ptpFindings({ client, server: leading }, compared(4, 12))).toEqual([]);
  });

  test("have to be those of one clock, the server's, all the time", () => {
    const lost = watch(...following(0, 0).readings, { role: "none", grandmaster });
    expect(texts({ client: lost, server: leading }, compared(0, 9))).toEqual([
      "invalid clock.ptp: by PTP the clock of the client was for a time none, not follower",
    ]);
    const alone = watch({ role: "reference", grandmaster: "525400.fffe.bb0002" });
    expect(texts({ client: alone, server: leading }, compared(0, 9))).toEqual([
      "invalid clock.ptp: by PTP the clock of the client was for a time reference, not follower",
      "invalid clock.ptp: the hosts follow several clocks: 525400.fffe.bb0002, 525400.fffe.bb0001",
    ]);
    const never = { ...following(0, 0), settled: false };
    expect(texts({ client: never, server: leading }, compared(0, 9))[0]).toContain(
      "never as asked",
    );
  });

  test("are not believed where messages between the hosts prove another difference", () => {
    const clocks = { client: following(20, 10), server: leading };
    expect(texts(clocks, compared(-37_000_000, 15))).toHaveLength(2);
    expect(texts(clocks, compared(-37_000_000, 15))[0]).toBe(
      "invalid clock.ptp: PTP has the clocks within 0.2 us, but they are 36999985.0 us apart at least",
    );
  });
});

describe("a trial on PTP's clocks", () => {
  test("has other programs that set clocks stopped first, and the server's clock followed", () => {
    const steps = clockSteps(options, hostView({ host: "server", cpus: 4 }));
    expect(steps.map(({ id }) => id)).toEqual(["service:time-sync", "link:lab0:ptp"]);
    expect(steps.map(({ lifetime }) => lifetime)).toEqual(["scoped", "scoped"]);
    expect(steps[1]?.title).toMatch(/hardware stamps, L2, P2P, priority 247, 802\.1AS$/);
    const other = clockSteps(
      { ...options, ptp: "software" },
      hostView({ host: "client", cpus: 4 }),
    );
    expect(other[1]?.title).toMatch(/software stamps, L2, E2E, priority 248$/);
    const own = { ...options, clock: "corrected" } as const;
    expect(clockSteps(own, hostView({ host: "client", cpus: 4 }))).toEqual([]);
  });

  test("begins when both clocks are as asked", () => {
    const program = { host: "client", argv: ["p"], ends: "itself", deadlineMs: 1000 } as const;
    const specs = onClocks(contextOf(options), [
      { ...program, id: "server" },
      { ...program, id: "client", after: ["server"] },
    ]);
    expect(specs.map(({ id, after }) => [id, after])).toEqual([
      ["client-clock", undefined],
      ["server-clock", undefined],
      ["server", ["client-clock", "server-clock"]],
      ["client", ["server", "client-clock", "server-clock"]],
    ]);
    expect(specs[0]?.argv.slice(4, 7)).toEqual(["lab0", "follower", "5000"]);
    expect(specs[1]?.argv.slice(4, 7)).toEqual(["lab0", "reference", "5000"]);
    const corrected = contextOf({ ...options, clock: "corrected" as const });
    expect(onClocks(corrected, [])).toEqual([]);
  });
});
