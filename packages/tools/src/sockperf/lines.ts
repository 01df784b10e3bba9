import { parseFailure, readNumber, stripAnsi } from "../kernel/text.js";

/** What sockperf prints when something is wrong; with return code 0 for most of them. */
const trouble =
  /ERROR:|Invalid |No messages were|No valid observations|before test start|is the server down|ld\.so:|WARNING:/i;

/** State that every reader of sockperf's stdout keeps. */
export class SockperfLines {
  readonly parser: string;
  readonly words: string[] = [];
  version: string | undefined;
  #banners = 0;
  readonly #summaries = new Set<string>();

  constructor(parser: string) {
    this.parser = parser;
  }

  /** Strips colours and notes version, runs and the tool's complaints. */
  take(text: string): string {
    const line = stripAnsi(text).trim();
    const banner = /== version #(\S+) ==/.exec(line);
    if (banner !== null) {
      this.#banners += 1;
      this.version ??= banner[1];
    }
    if (this.#banners > 1) throw parseFailure(this.parser, "the text holds more than one run");
    if (trouble.test(line) && this.words.length < 20) {
      this.words.push(line.replace(/^sockperf: /, ""));
    }
    return line;
  }

  /** Notes a summary line; a second one of the same kind would mix two results. */
  once(kind: string): void {
    if (this.#summaries.has(kind)) {
      throw parseFailure(this.parser, `the text holds more than one ${kind}`);
    }
    this.#summaries.add(kind);
  }

  /** Number that must have the decimals sockperf prints, so that a cut one is never taken. */
  fixed(token: string | undefined): number {
    if (token === undefined) throw parseFailure(this.parser, "a number is missing");
    if (/^\d+(?:\.\d{0,2})?$/.test(token)) {
      throw parseFailure(this.parser, `"${token}" has too few decimals, the text is cut`);
    }
    return readNumber(this.parser, token);
  }

  /** Whole number of messages. */
  count(token: string | undefined): number {
    if (token === undefined || !/^\d+$/.test(token)) {
      throw parseFailure(this.parser, `"${token ?? ""}" is not a count`);
    }
    return Number(token);
  }

  /** The error for a text without result. */
  failure(why: string) {
    return parseFailure(this.parser, why, this.words);
  }
}
