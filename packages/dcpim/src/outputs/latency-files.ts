import { z } from "zod";
import { parseFailure } from "./failure.js";

/** The server's histogram has bins of a microsecond; what is later than the last is counted in it. */
export const histogram = { binUs: 1, lastBinUs: 99_999 } as const;

const number = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$|^-?nan$|^-?inf$/, "is no number as the program prints it")
  .transform((word) => Number(word.replace("inf", "Infinity").replace(/^-?nan$/, "NaN")));
const whole = z.string().regex(/^\d+$/, "is no whole number").transform(Number);

/** One-way latency of a server's messages, from its clock and the client's. */
export interface OneSidedLatency {
  /** Bins are 1 us wide and rounded down. */
  readonly meanUs: number;
  readonly p99Us: number;
  readonly p999Us: number;
}

/** What one thread of `pingpong_server` left in `netperf-I.log`. */
export interface OneSidedFile extends OneSidedLatency {
  readonly pid: number;
  /** The file has messages per microsecond, which other scripts call M messages/s. */
  readonly messagesPerS: number;
}

/** What one thread of `pingpong_client` left in `netperf-I_thpt.log`. */
export interface SentFile {
  readonly pid: number;
  /** Absent with a connection per message. @default absent */
  readonly port?: number;
  readonly messagesPerS: number;
}

/** The words of a file of one line. The line's break is what shows that its last digit is there. */
function wordsOf(name: string, text: string): string[] {
  const unixText = text.replaceAll("\r\n", "\n");
  const lines = unixText.split("\n").filter((line) => line.trim() !== "");
  const [line] = lines;
  if (line === undefined) throw parseFailure(name, "the file is empty: the program was killed");
  if (!unixText.endsWith("\n")) throw parseFailure(name, "the line has no end: the file is cut");
  if (lines.length > 1) throw parseFailure(name, "more than one line: files of two runs");
  return line.trim().split(/\s+/);
}

/** Words by the schemas of their places. */
function readWords<T extends readonly z.ZodType[]>(
  name: string,
  words: readonly string[],
  schemas: T,
): { [K in keyof T]: z.output<T[K]> } {
  if (words.length !== schemas.length) {
    throw parseFailure(name, `${words.length} words where there should be ${schemas.length}`);
  }
  return schemas.map((schema, index) => {
    const outcome = schema.safeParse(words[index]);
    if (outcome.success) return outcome.data;
    throw parseFailure(name, `"${words[index]}" ${outcome.error.issues[0]?.message}`);
  }) as { [K in keyof T]: z.output<T[K]> };
}

/** Reads `netperf-I.log` of a one-sided run. Throws PARSE_FAILED, also for a file that is empty or cut. */
export function parseOneSidedFile(text: string): OneSidedFile {
  const name = "dcpim-netperf";
  const [pid, meanUs, p99Us, p999Us, perUs] = readWords(name, wordsOf(name, text), [
    ...([whole, number, number, number, number] as const),
  ] as const);
  return { pid, meanUs, p99Us, p999Us, messagesPerS: perUs * 1e6 };
}

/** Reads `latency.log`: all threads of a server together. Throws PARSE_FAILED. */
export function parseLatencyFile(text: string): OneSidedLatency {
  const name = "dcpim-latency";
  const [meanUs, p99Us, p999Us] = readWords(name, wordsOf(name, text), [
    ...([number, number, number] as const),
  ] as const);
  return { meanUs, p99Us, p999Us };
}

/** Reads `netperf-I_thpt.log` of a client. Throws PARSE_FAILED. */
export function parseSentFile(text: string): SentFile {
  const name = "dcpim-netperf-thpt";
  const words = wordsOf(name, text);
  if (words.length === 2) {
    const [pid, messagesPerS] = readWords(name, words, [whole, number] as const);
    return { pid, messagesPerS };
  }
  const [pid, port, messagesPerS] = readWords(name, words, [whole, whole, number] as const);
  return { pid, port, messagesPerS };
}

/** The four numbers of upstream's `parse-netperf.py`: those of `latency.log`, and millions of messages per second. */
export function publishedLatency(
  latency: OneSidedLatency,
  threads: readonly OneSidedFile[],
): readonly [meanUs: number, p99Us: number, p999Us: number, millionsPerS: number] {
  const { meanUs, p99Us, p999Us } = latency;
  const millionsPerS = threads.reduce((sum, { messagesPerS }) => sum + messagesPerS / 1e6, 0);
  return [meanUs, p99Us, p999Us, millionsPerS];
}
