import { parseFailure, readFiniteNumber, withoutUndefined } from "../kernel/text.js";
import type { ReportRow } from "./report.js";

/** Above this, perftest squares a deviation into an int that cannot hold it (2^31 = 46341^2). */
const overflowing = 46_340;
/** Deviations are cut to whole units before squaring: below this the result says little. */
const truncated = 10;

function wholeNumber(parser: string, text: string | undefined, column: string): number {
  if (text === undefined || !/^\d+$/.test(text)) {
    throw parseFailure(parser, `the column ${column} is missing or no count`);
  }
  return Number(text);
}

function trusted(
  stdDev: number | undefined,
  mean: number | undefined,
  max: number | undefined,
): number | undefined {
  if (stdDev === undefined || mean === undefined || max === undefined) return undefined;
  return max - mean > overflowing || stdDev < truncated ? undefined : stdDev;
}

/** Interprets one latency row; figures perftest could not compute are left out. */
export function readLatencyRow(parser: string, row: ReportRow) {
  const { text, units } = row;
  const read = (token: string | undefined) => {
    const value = token === undefined ? undefined : readFiniteNumber(parser, token);
    return value === undefined || value <= 0 ? undefined : value;
  };
  if (text.mean === undefined && text.typical === undefined) {
    throw parseFailure(parser, "the row has neither an average nor a typical latency");
  }
  const iterations = wholeNumber(parser, text.iterations, "#iterations");
  const [mean, max, typical] = [read(text.mean), read(text.max), read(text.typical)];
  const stdDev = text.stdDev === undefined ? undefined : readFiniteNumber(parser, text.stdDev);
  return withoutUndefined({
    messageBytes: wholeNumber(parser, text.messageBytes, "#bytes"),
    iterations,
    unit:
      units.mean === "cycles" || units.min === "cycles" ? ("cycles" as const) : ("usec" as const),
    min: read(text.min),
    max,
    typical,
    mean,
    stdDev: trusted(stdDev, mean, max),
    p99: read(text.p99),
    p999: read(text.p999),
    transactionsPerS: read(text.transactionsPerS),
    cpuUtilPercent: text.cpuUtil === undefined ? undefined : readFiniteNumber(parser, text.cpuUtil),
    invalid:
      mean === undefined && typical === undefined
        ? `no latency although ${iterations} iterations are reported: perftest could not calibrate its cycle counter`
        : undefined,
    reported: text,
  });
}
