import type { z } from "zod";
import { HoststackError } from "./error.js";

/** Reads a text line by line and hands out plain data at the end; it judges nothing. */
export interface LineReader {
  /** Takes one line without its line break. */
  line(text: string): void;
  /** Plain data for the schema; throw HoststackError PARSE_FAILED when the text says it failed. */
  end(): unknown;
}

/** How a parser is made: a lexical half (reader) and a semantic half (schema). */
export interface ParserDefinition<T> {
  /** Tool and form, e.g. `perftest-bw`. */
  readonly name: string;
  /** Raised when the same text would yield another value. */
  readonly version: number;
  readonly reader: () => LineReader;
  readonly schema: z.ZodType<T>;
}

/** Text to a checked value. Both ways throw HoststackError PARSE_FAILED naming parser and field. */
export interface Parser<T> {
  readonly name: string;
  readonly version: number;
  /** Parses a text held in memory. */
  parse(text: string): T;
  /** Parses a stream of lines in memory bounded by the result, not by the text. */
  parseLines(lines: AsyncIterable<string>): Promise<T>;
}

/** Makes a parser of a line reader and a schema. */
export function defineParser<T>(definition: ParserDefinition<T>): Parser<T> {
  const { name, version, reader, schema } = definition;
  const check = (value: unknown): T => {
    const outcome = schema.safeParse(value);
    if (outcome.success) return outcome.data;
    const issue = outcome.error.issues[0];
    const field = issue?.path.join(".") ?? "";
    throw new HoststackError(
      "PARSE_FAILED",
      `${name}: ${field === "" ? "the text" : `field "${field}"`} is not as expected: ${issue?.message ?? "no details"}`,
      { details: { parser: name, field, issues: outcome.error.issues } },
    );
  };
  return {
    name,
    version,
    parse(text) {
      const state = reader();
      for (const line of text.split(/\r?\n/)) state.line(line);
      return check(state.end());
    },
    async parseLines(lines) {
      const state = reader();
      for await (const line of lines) state.line(line);
      return check(state.end());
    },
  };
}
