/** Columns of perftest's result tables by their meaning. */
export type ColumnKey =
  | "messageBytes"
  | "iterations"
  | "serviceLevel"
  | "peak"
  | "average"
  | "messageRate"
  | "other"
  | "min"
  | "max"
  | "typical"
  | "mean"
  | "stdDev"
  | "p99"
  | "p999"
  | "transactionsPerS"
  | "cpuUtil";

/** One column: its meaning and the unit the header gives it. */
export interface Column {
  readonly key: ColumnKey;
  readonly unit: string | undefined;
}

const title =
  /#bytes|#iterations|#sl|BW (?:peak|average|Port\d)\[[^\]]+\]|MsgRate(?: Port\d)?\[[^\]]+\]|t_\w+\[\w+\]|99(?:\.9)?% percentile\[\w+\]|tps average|CPU_Util\[%+\]/g;

const keys: Readonly<Record<string, ColumnKey>> = {
  "#bytes": "messageBytes",
  "#iterations": "iterations",
  "#sl": "serviceLevel",
  "BW peak": "peak",
  "BW average": "average",
  MsgRate: "messageRate",
  t_min: "min",
  t_max: "max",
  t_typical: "typical",
  t_avg: "mean",
  t_stdev: "stdDev",
  "99% percentile": "p99",
  "99.9% percentile": "p999",
  "tps average": "transactionsPerS",
  CPU_Util: "cpuUtil",
};

/** Reads a header line of any version and mode; undefined when the line is no header. */
export function readColumns(line: string): Column[] | undefined {
  if (!/^\s*#bytes\s+#/.test(line)) return undefined;
  return [...line.matchAll(title)].map(([text]) => {
    const parts = /^([^[]+)(?:\[([^\]]+)\])?$/.exec(text);
    return { key: keys[parts?.[1] ?? ""] ?? "other", unit: parts?.[2] };
  });
}

const digits: Readonly<Record<ColumnKey, RegExp>> = {
  messageBytes: /^\d+$/,
  iterations: /^\d+$/,
  serviceLevel: /^\d+$/,
  peak: /\.(\d{2}|\d{6})$/,
  average: /\.(\d{2}|\d{6})$/,
  messageRate: /\.\d{6}$/,
  other: /\.(\d{2}|\d{6})$/,
  min: /\.\d{2}$/,
  max: /\.\d{2}$/,
  typical: /\.\d{2}$/,
  mean: /\.\d{2}$/,
  stdDev: /\.\d{2}$/,
  p99: /\.\d{2}$/,
  p999: /\.\d{2}$/,
  transactionsPerS: /\.\d{2}$/,
  cpuUtil: /\.\d{2}$/,
};

/** Whether a field has the digits perftest prints in this column; a cut number has not. */
export function isWholeField(key: ColumnKey, token: string): boolean {
  return digits[key].test(token) || /^-?(?:nan|inf)$/i.test(token);
}
