import type { MetricSample } from "../kernel/sample.js";
import { tidy, toSi } from "../kernel/units.js";
import type { PerftestBandwidth, PerftestBandwidthRow } from "./bandwidth.js";
import type { PerftestLatency, PerftestLatencyRow } from "./latency.js";

/** What the samples of a duration run may use to repair rows without a rate. */
export interface PerftestSampleOptions {
  /** Measured seconds, from `perftestMeasuredS`; rows without a rate are left out without it. @default absent */
  readonly measuredS?: number | undefined;
}

function reportedBandwidth(row: PerftestBandwidthRow) {
  const { average, unit } = row.reported;
  if (unit === undefined) return {};
  // its MB is no megabyte; the tool's word is kept and explained
  const meant = unit === "MB/sec" ? "MB/sec (2^20 bytes/s)" : unit;
  return { asReported: { value: average, unit: meant } };
}

/** How a rate was had; the same words for every run and size, so that rates can be compared. */
const rateDefinition = {
  printed: "completed messages by the time of the measured part, as perftest prints it",
  repaired: "completed messages by the time of the measured part, which perftest did not print",
} as const;

function bandwidthRow(row: PerftestBandwidthRow, measuredS: number | undefined): MetricSample[] {
  // Only a missing rate can be had from iterations and time; contradicting columns cannot.
  const repaired =
    row.invalid !== undefined &&
    /^no rate/.test(row.invalid) &&
    measuredS !== undefined &&
    row.iterations > 0;
  const perS = repaired ? row.iterations / measuredS : row.messagesPerS;
  if (perS === undefined || (row.invalid !== undefined && !repaired)) return [];
  const definition = rateDefinition[repaired ? "repaired" : "printed"];
  return [
    {
      metric: "messageRate",
      value: perS,
      unit: "count/s",
      asReported: { value: row.reported.messageRate, unit: "Mpps" },
      definition,
      better: "higher",
    },
    {
      metric: "bandwidth",
      value: perS * row.messageBytes,
      unit: "bytes/s",
      ...reportedBandwidth(row),
      definition,
      better: "higher",
    },
    ...(row.peakBytesPerS === undefined ? [] : [peak(row.peakBytesPerS)]),
    ...cpu(row.cpuUtilPercent),
  ];
}

function peak(value: number): MetricSample {
  return {
    metric: "peakBandwidth",
    value,
    unit: "bytes/s",
    definition: "best rate between any post and any completion of the run",
    better: "higher",
  };
}

function cpu(percent: number | undefined): MetricSample[] {
  if (percent === undefined) return [];
  return [
    {
      metric: "cpuUtilisation",
      value: tidy(percent / 100),
      unit: "ratio",
      asReported: { value: percent.toFixed(2), unit: "%" },
      definition: "share of all CPUs of this host in the measured part; 0 on a passive side",
      better: "lower",
    },
  ];
}

const latencyFields = [
  ["min", "min"],
  ["typical", "p50"],
  ["mean", "mean"],
  ["stdDev", "stdDev"],
  ["p99", "p99"],
  ["p999", "p99.9"],
  ["max", "max"],
] as const;

function latencyRow(row: PerftestLatencyRow, halved: boolean | undefined): MetricSample[] {
  if (row.invalid !== undefined || row.unit === "cycles") return [];
  const family = halved === undefined ? "latency" : halved ? "oneWayLatency" : "roundTripLatency";
  const definition =
    halved === undefined
      ? "RTT/2 for send and write, RTT for read and atomic"
      : halved
        ? "RTT/2"
        : "RTT";
  const times = latencyFields.flatMap(([field, name]): MetricSample[] => {
    const value = row[field];
    if (value === undefined) return [];
    return [
      {
        metric: `${family}.${name}`,
        value: toSi(value, "perftest usec"),
        unit: "s",
        asReported: { value: row.reported[field] ?? String(value), unit: "usec" },
        definition: field === "max" ? `${definition}, two largest samples left out` : definition,
        better: "lower",
      },
    ];
  });
  const rate = row.transactionsPerS;
  if (rate === undefined) return [...times, ...cpu(row.cpuUtilPercent)];
  return [
    ...times,
    {
      metric: "transactionRate",
      value: rate,
      unit: "count/s",
      asReported: { value: rate.toFixed(2), unit: "tps" },
      definition: "iterations per second of the measured part",
      better: "higher",
    },
    ...cpu(row.cpuUtilPercent),
  ];
}

/**
 * Samples of all rows, in order. An invalid row gives none (look at `row.invalid` before adding up
 * processes), unless `measuredS` lets its rate be recomputed; rows in cycles give none either.
 * With several rows (`-a`) take them one by one: `perftestSamples({ ...result, rows: [row] })`.
 */
export function perftestSamples(
  result: PerftestBandwidth | PerftestLatency,
  options: PerftestSampleOptions = {},
): MetricSample[] {
  if (result.kind === "latency") {
    return result.rows.flatMap((row) => latencyRow(row, result.halved));
  }
  return result.rows.flatMap((row) => bandwidthRow(row, options.measuredS));
}
