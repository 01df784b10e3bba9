import type { LineReader } from "../kernel/parser.js";
import { parseFailure, stripAnsi } from "../kernel/text.js";
import { type Column, type ColumnKey, isWholeField, readColumns } from "./columns.js";
import { readPerftestJson } from "./json.js";
import { perftestComplaint } from "./words.js";

/** One result row as text by column meaning, with the units of its header. */
export interface ReportRow {
  readonly text: Readonly<Partial<Record<ColumnKey, string>>>;
  readonly units: Readonly<Partial<Record<ColumnKey, string>>>;
}

/** What both parsers take out of a text before they interpret it. */
export interface Report {
  readonly test: string | undefined;
  readonly info: Readonly<Record<string, string>>;
  readonly rows: readonly ReportRow[];
  readonly complete: boolean;
  readonly warnings: readonly string[];
}

const jsonKeys: Readonly<Record<string, ColumnKey>> = {
  MsgSize: "messageBytes",
  n_iterations: "iterations",
  sl: "serviceLevel",
  BW_peak: "peak",
  BW_average: "average",
  MsgRate: "messageRate",
  CPU_util: "cpuUtil",
  t_min: "min",
  t_max: "max",
  t_typical: "typical",
  t_avg: "mean",
  t_stdev: "stdDev",
  percentile_99: "p99",
  "percentile_99.9": "p999",
  tps_average: "transactionsPerS",
};

/** Reads perftest's stdout, its JSON report, or both in one text (the table is preferred). */
export class ReportReader implements LineReader {
  readonly #parser: string;
  readonly #onDump: (line: string) => void;
  readonly #rows: ReportRow[] = [];
  readonly #info: Record<string, string> = {};
  readonly #warnings: string[] = [];
  readonly #json: string[] = [];
  #test: string | undefined;
  #columns: readonly Column[] | undefined;
  #inTable = false;
  #complete = false;

  constructor(parser: string, onDump: (line: string) => void = () => {}) {
    this.#parser = parser;
    this.#onDump = onDump;
  }

  line(text: string): void {
    const line = stripAnsi(text);
    if (this.#json.length > 0 || /^\s*\{/.test(line)) {
      if (this.#json.length < 500) this.#json.push(line);
      return;
    }
    const columns = readColumns(line);
    if (columns !== undefined) {
      this.#columns = columns;
      this.#inTable = true;
      return;
    }
    const complaint = perftestComplaint(line);
    if (complaint !== undefined) {
      if (this.#warnings.length < 20) this.#warnings.push(complaint);
    } else if (/^-{20,}\s*$/.test(line)) this.#ruler();
    else if (/^\s*(?:#, (?:usec|cycles)|\d+, \S+)\s*$/.test(line)) this.#onDump(line.trim());
    else if (this.#inTable) this.#row(line);
    else this.#banner(line);
  }

  #ruler(): void {
    this.#inTable = false;
    if (this.#rows.length > 0) this.#complete = true;
  }

  #banner(line: string): void {
    const title = /^\s{5,}(\w+ .*\bTest)\s*$/.exec(line);
    if (title !== null) {
      if (this.#test !== undefined) throw this.failure("the text holds more than one run");
      this.#test = title[1];
    }
    if (/^ Test with events/.test(line)) this.#info["Test with events"] = "";
    for (const part of line.split(/\t\t+/)) {
      const pair = /^\s*([A-Za-z][\w .*]*?)\s*:\s*(\S.*?)\s*$/.exec(part);
      if (pair?.[1] !== undefined) this.#info[pair[1]] ??= pair[2] ?? "";
    }
  }

  #row(line: string): void {
    const fields = line.trim().split(/\s+/);
    if (!/^\d+$/.test(fields[0] ?? "")) return;
    const columns = this.#columns ?? [];
    const whole = columns.every(({ key }, i) => isWholeField(key, fields[i] ?? ""));
    if (fields.length !== columns.length || !whole) {
      throw this.failure(`the row "${line.trim()}" does not fit its header; it is cut or garbled`);
    }
    const named = columns.map(({ key, unit }, i) => ({ key, unit, text: fields[i] }));
    this.#rows.push({
      text: Object.fromEntries(named.map(({ key, text }) => [key, text])),
      units: Object.fromEntries(named.map(({ key, unit }) => [key, unit])),
    });
  }

  /** The report; a text without a result row is PARSE_FAILED with the tool's words. */
  end(): Report {
    const report = {
      test: this.#test,
      info: this.#info,
      rows: this.#rows,
      complete: this.#complete,
      warnings: this.#warnings,
    };
    if (this.#rows.length > 0) return report;
    const json = readPerftestJson(this.#json);
    if (json === undefined) {
      throw this.failure(
        this.#json.length > 0 ? "the JSON report is cut or holds no results" : "no result row",
      );
    }
    const { test: title } = json.info;
    const test = title?.replaceAll(/_(?=BW|Latency|Test|Bidirectional|Post)/g, " ");
    return {
      ...report,
      test,
      info: json.info,
      rows: [this.#jsonRow(json.results)],
      complete: true,
    };
  }

  #jsonRow(results: Readonly<Record<string, string>>): ReportRow {
    const text: Partial<Record<ColumnKey, string>> = {};
    for (const [key, value] of Object.entries(results)) {
      const column = jsonKeys[key];
      if (column !== undefined) text[column] = value;
    }
    return { text, units: {} };
  }

  /** The error for a text without a usable result. */
  failure(why: string) {
    return parseFailure(this.#parser, why, this.#warnings);
  }
}
