import { parseFailure, readFiniteNumber, readNumber } from "@hoststack/tools";
import type { NeperResults } from "./shape.js";
import { bitsOfUnit } from "./units.js";

/** Values by key, as printed. */
export type Values = ReadonlyMap<string, string>;

const name = "neper";

/** What neper prints for the least of no latencies at all. */
const noLatency = 2 ** 64;

function text(values: Values, key: string): string {
  const value = values.get(key);
  if (value !== undefined) return value;
  throw parseFailure(name, `there is no "${key}"`);
}
const number = (values: Values, key: string) => readNumber(name, text(values, key));
const grown = (values: Values, key: string) =>
  Math.max(0, number(values, `${key}_end`) - number(values, `${key}_start`));
const maybe = (values: Values, key: string) => (values.has(key) ? number(values, key) : undefined);
const finite = (values: Values, key: string) => readFiniteNumber(name, text(values, key));
const micros = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

function latencyOf(values: Values): NeperResults["latency"] {
  if (!values.has("latency_min")) return undefined;
  const [minS, meanS] = [number(values, "latency_min"), finite(values, "latency_mean")];
  const maxS = number(values, "latency_max");
  // a server prints zeros, a client without transactions 2^64 and nan
  if (minS >= noLatency || meanS === undefined || maxS === 0) return undefined;
  const stddevS = finite(values, "latency_stddev");
  const percentiles = [...values.keys()].flatMap((key) => {
    const [, percentile] = /^latency_p([\d.]+)$/.exec(key) ?? [];
    return percentile === undefined
      ? []
      : [{ percentile: Number(percentile), seconds: number(values, key) }];
  });
  return { minS, maxS, meanS, ...(stddevS === undefined ? {} : { stddevS }), percentiles };
}

/** A figure and the same rounded to a whole must agree, or the unit is not what it seems. */
function disagreement(values: Values): string[] {
  const printed = maybe(values, "throughput");
  if (printed === undefined) return [];
  const unit = values.get("throughput_units");
  const factor = unit === undefined ? 1 : bitsOfUnit[unit];
  if (factor === undefined) return [`its unit "${unit}" is not known`];
  const local = number(values, "local_throughput");
  const rounding = 0.005 * factor + 1;
  if (Math.abs(printed * factor - local) <= rounding + 1e-6 * local) return [];
  return [`throughput ${printed} ${unit ?? "1/s"} is not the local_throughput of ${local}`];
}

function complaints(values: Values): string[] {
  const wrong: string[] = [];
  if (values.get("num_transactions") === "0") wrong.push("not one transaction was made");
  if (values.has("throughput") && number(values, "throughput") <= 0) {
    wrong.push("its throughput is 0");
  }
  if (values.has("num_samples") && !values.has("throughput")) {
    wrong.push(`${text(values, "num_samples")} samples were too few for a figure`);
  }
  if (number(values, "local_throughput") === 0 && number(values, "remote_throughput") === 0) {
    wrong.push("neither side reports a throughput");
  }
  return [...wrong, ...disagreement(values)];
}

function measuredS(values: Values): number | undefined {
  const start = number(values, "time_start");
  const end = maybe(values, "time_end");
  return end === undefined || start === 0 || end < start ? undefined : end - start;
}

/** What follows the test, from all values of a text. Throws PARSE_FAILED naming the key that is missing. */
export function resultsOf(values: Values): NeperResults {
  const unit = values.get("throughput_units") ?? "1/s";
  const printed = values.get("throughput");
  const correlation = values.has("correlation_coefficient")
    ? finite(values, "correlation_coefficient")
    : undefined;
  const given = {
    measuredS: measuredS(values),
    samples: maybe(values, "num_samples"),
    correlation,
    throughput: printed === undefined ? undefined : { value: printed, unit },
    transactions: maybe(values, "num_transactions"),
    loggedRoundTrips: maybe(values, "rtt_transactions_logged"),
    latency: latencyOf(values),
    zeroCopy: values.has("bytes_mmaped")
      ? { bytes: number(values, "bytes_mmaped"), ratio: number(values, "percent_mmaped") / 100 }
      : undefined,
  };
  return {
    rejectedClients: number(values, "invalid_secret_count"),
    cpu: { userS: micros(grown(values, "utime")), systemS: micros(grown(values, "stime")) },
    maxRssKib: number(values, "maxrss_end"),
    faults: { minor: grown(values, "minflt"), major: grown(values, "majflt") },
    switches: { voluntary: grown(values, "nvcsw"), involuntary: grown(values, "nivcsw") },
    localPerS: number(values, "local_throughput"),
    remotePerS: number(values, "remote_throughput"),
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as Partial<NeperResults>),
    invalid: complaints(values),
  };
}
