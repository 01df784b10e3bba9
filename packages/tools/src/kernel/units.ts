/** Bytes in one MiB; perftest's `MB` and sockperf's `MBps` mean this, not 10^6. */
export const bytesPerMib = 2 ** 20;

/**
 * How many SI base units one unit of a tool is worth, by the name the tool prints.
 *
 * Sources: perftest `print_report_bw` (format factor 0x100000, or 125000000 for Gb), sockperf
 * `stream_statistics` (MBps over 1024 twice, GBps is MBps / 1000), iperf3 `units.c` (transfer in
 * powers of 1024, rate in powers of 1000).
 */
export const toolUnits = {
  "perftest MB/sec": { base: "bytes/s", factor: bytesPerMib },
  "perftest MiB/sec": { base: "bytes/s", factor: bytesPerMib },
  "perftest Gb/sec": { base: "bit/s", factor: 1e9 },
  "perftest Mpps": { base: "count/s", factor: 1e6 },
  "perftest usec": { base: "s", factor: 1e-6 },
  "perftest tps": { base: "count/s", factor: 1 },
  "sockperf MBps": { base: "bytes/s", factor: bytesPerMib },
  "sockperf Mbps": { base: "bit/s", factor: bytesPerMib },
  "sockperf GBps": { base: "bytes/s", factor: 1000 * bytesPerMib },
  "sockperf Gbps": { base: "bit/s", factor: 1000 * bytesPerMib },
  "sockperf msg/sec": { base: "count/s", factor: 1 },
  "sockperf usec": { base: "s", factor: 1e-6 },
  "iperf3 Bytes": { base: "bytes", factor: 1 },
  "iperf3 KBytes": { base: "bytes", factor: 2 ** 10 },
  "iperf3 MBytes": { base: "bytes", factor: 2 ** 20 },
  "iperf3 GBytes": { base: "bytes", factor: 2 ** 30 },
  "iperf3 TBytes": { base: "bytes", factor: 2 ** 40 },
  "iperf3 bits/sec": { base: "bit/s", factor: 1 },
  "iperf3 Kbits/sec": { base: "bit/s", factor: 1e3 },
  "iperf3 Mbits/sec": { base: "bit/s", factor: 1e6 },
  "iperf3 Gbits/sec": { base: "bit/s", factor: 1e9 },
  "iperf3 Tbits/sec": { base: "bit/s", factor: 1e12 },
  "iperf3 ms": { base: "s", factor: 1e-3 },
  "ping ms": { base: "s", factor: 1e-3 },
  "ethtool Mb/s": { base: "bit/s", factor: 1e6 },
} as const;

/** Name of a unit as a tool means it. */
export type ToolUnit = keyof typeof toolUnits;

/** Drops the noise of binary fractions: 16.4 Mbit/s is 16400000 bit/s, not 16399999.999999998. */
export function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

/** Converts a tool's figure to SI base units. */
export function toSi(value: number, unit: ToolUnit): number {
  return tidy(value * toolUnits[unit].factor);
}

/** Converts a value in SI base units to a tool's unit. */
export function fromSi(value: number, unit: ToolUnit): number {
  return tidy(value / toolUnits[unit].factor);
}

/** Bytes per second to bits per second. */
export function bitsOfBytes(bytesPerS: number): number {
  return bytesPerS * 8;
}

/** Bits per second to bytes per second. */
export function bytesOfBits(bitsPerS: number): number {
  return bitsPerS / 8;
}
