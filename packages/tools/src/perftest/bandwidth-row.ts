import { parseFailure, readFiniteNumber, withoutUndefined } from "../kernel/text.js";
import { tidy } from "../kernel/units.js";
import type { ReportRow } from "./report.js";

const mib = 2 ** 20;
const bytesPerGbit = 125_000_000;

/** A figure with the largest error its rounding can hide. */
interface Figure {
  readonly value: number;
  readonly relativeError: number;
}

function figure(parser: string, text: string | undefined, decimals: number): Figure | undefined {
  if (text === undefined) return undefined;
  const value = readFiniteNumber(parser, text);
  if (value === undefined || value <= 0) return undefined;
  const printed = Math.max(decimals, text.split(".")[1]?.length ?? 0);
  return { value, relativeError: (0.5 * 10 ** -printed) / value };
}

function scaled(f: Figure | undefined, factor: number): Figure | undefined {
  return f === undefined ? undefined : { ...f, value: tidy(f.value * factor) };
}

function agree(a: Figure, b: Figure): boolean {
  const allowed = (a.relativeError + b.relativeError) * 1.1 + 1e-6;
  return Math.abs(a.value - b.value) <= allowed * Math.max(a.value, b.value);
}

/** Bytes per unit of the BW columns: from the header, else (JSON) from what fits MsgRate. */
function unitBytes(unit: string | undefined, average: Figure | undefined, byRate?: Figure) {
  if (unit === "Gb/sec") return { unit, bytes: bytesPerGbit };
  if (unit !== undefined) return { unit, bytes: mib };
  if (average === undefined || byRate === undefined) return undefined;
  const ratio = byRate.value / average.value;
  // The two candidates are a factor 119 apart: whichever is nearer on a log scale, if near at all.
  const [near, bytes, name] =
    Math.abs(Math.log(ratio / mib)) < Math.abs(Math.log(ratio / bytesPerGbit))
      ? [ratio / mib, mib, "MiB/sec"]
      : [ratio / bytesPerGbit, bytesPerGbit, "Gb/sec"];
  return near > 0.2 && near < 5 ? { unit: name, bytes } : undefined;
}

function wholeNumber(parser: string, text: string | undefined, column: string): number {
  if (text === undefined || !/^\d+$/.test(text)) {
    throw parseFailure(parser, `the column ${column} is missing or no count`);
  }
  return Number(text);
}

/** Rates of a row: from the column that its rounding hurts least. */
function rates(average: Figure | undefined, byRate: Figure | undefined, iterations: number) {
  if (average === undefined && byRate === undefined) {
    return {
      invalid: `no rate although ${iterations} iterations are reported: perftest could not calibrate its cycle counter, or the rate is below the printed digits`,
    };
  }
  if (average !== undefined && byRate !== undefined && !agree(average, byRate)) {
    return { invalid: "BW average and MsgRate of the row disagree" };
  }
  const fromAverage =
    byRate === undefined ||
    (average !== undefined && average.relativeError <= byRate.relativeError);
  const best = fromAverage ? average : byRate;
  return {
    bytesPerS: best?.value,
    relativeError: best?.relativeError,
    derivedFrom: fromAverage ? ("BW average" as const) : ("MsgRate" as const),
  };
}

/** Interprets one bandwidth row. */
export function readBandwidthRow(parser: string, row: ReportRow) {
  const { text, units } = row;
  const messageBytes = wholeNumber(parser, text.messageBytes, "#bytes");
  const iterations = wholeNumber(parser, text.iterations, "#iterations");
  if (text.average === undefined || text.messageRate === undefined) {
    throw parseFailure(parser, "the row has no BW average and MsgRate");
  }
  const messageRate = figure(parser, text.messageRate, 6);
  const byRate = scaled(messageRate, 1e6 * messageBytes);
  const average = figure(parser, text.average, 2);
  const unit = unitBytes(units.average, average, byRate);
  const peak = figure(parser, text.peak, 2);
  const rate = rates(unit && scaled(average, unit.bytes), byRate, iterations);
  return withoutUndefined({
    messageBytes,
    iterations,
    ...rate,
    messagesPerS: rate.bytesPerS === undefined ? undefined : tidy(rate.bytesPerS / messageBytes),
    peakBytesPerS: unit && scaled(peak, unit.bytes)?.value,
    cpuUtilPercent: text.cpuUtil === undefined ? undefined : readFiniteNumber(parser, text.cpuUtil),
    reported: withoutUndefined({
      peak: text.peak,
      average: text.average,
      unit: unit?.unit,
      messageRate: text.messageRate,
    }),
  });
}
