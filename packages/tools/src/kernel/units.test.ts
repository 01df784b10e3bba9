import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSi } from "./format.js";
import { bitsOfBytes, bytesOfBits, fromSi, type ToolUnit, toolUnits, toSi } from "./units.js";

const units = Object.keys(toolUnits) as ToolUnit[];
const figures = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

describe("units", () => {
  it("convert to SI and back", () => {
    fc.assert(
      fc.property(fc.constantFrom(...units), figures, (unit, value) => {
        const back = fromSi(toSi(value, unit), unit);
        expect(Math.abs(back - value) / value).toBeLessThan(1e-13);
      }),
    );
  });

  it("keep bits and bytes a factor 8 apart", () => {
    fc.assert(
      fc.property(figures, (value) => {
        expect(bytesOfBits(bitsOfBytes(value))).toBe(value);
        expect(toSi(value, "sockperf Mbps") / toSi(value, "sockperf MBps")).toBeCloseTo(1, 12);
      }),
    );
  });

  it.each([
    [1, "perftest MB/sec", 1_048_576],
    [1, "perftest MiB/sec", 1_048_576],
    [97.87, "perftest Gb/sec", 97_870_000_000],
    [0.186668, "perftest Mpps", 186_668],
    [4557.152, "sockperf usec", 0.004557152],
    [1, "sockperf MBps", 1_048_576],
    [1, "sockperf GBps", 1_048_576_000],
    [16.4, "iperf3 Mbits/sec", 16_400_000],
    [1, "iperf3 KBytes", 1024],
    [10_000, "ethtool Mb/s", 1e10],
  ] as const)("%d %s is %d", (value, unit, si) => {
    expect(toSi(value, unit)).toBe(si);
  });
});

describe("formatSi", () => {
  it.each([
    [3.52e9, "bit/s", "3.52 Gbit/s"],
    [0.000412, "s", "412 µs"],
    [0, "s", "0.00 s"],
    [1.5, "s", "1.50 s"],
    [7200, "s", "7200 s"],
    [2.5e-9, "s", "2.50 ns"],
    [999.96, "bit/s", "1.00 kbit/s"],
    [999_499, "bytes/s", "999 kB/s"],
    [12, "count", "12"],
    [2508, "count/s", "2.51 k/s"],
    [0.25, "ratio", "0.250"],
    [0.5, "bytes/s", "0.500 B/s"],
    [-4e6, "bit/s", "-4.00 Mbit/s"],
    [Number.NaN, "bit/s", "NaN bit/s"],
  ] as const)("%d %s", (value, unit, text) => {
    expect(formatSi(value, unit)).toBe(text);
  });

  it("never shows a thousand of a prefix that has a larger one, nor a wrong magnitude", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e11, noNaN: true }), (value) => {
        const text = /^([\d.]+) ([kMGT]?)bit\/s$/.exec(formatSi(value, "bit/s"));
        const factor = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[text?.[2] ?? "?"] ?? Number.NaN;
        expect(Number(text?.[1])).toBeLessThan(1000);
        expect(Math.abs(Number(text?.[1]) * factor - value) / value).toBeLessThan(0.0051);
      }),
    );
  });
});
