import type { LineReader } from "./parser.js";
import { parseFailure } from "./text.js";

/** Keeps lines from the first that opens a JSON value; earlier ones are noise of a merged stderr. */
export class JsonLines {
  readonly lines: string[] = [];
  readonly noise: string[] = [];

  /** Takes one line of the text. */
  add(text: string): void {
    if (this.lines.length > 0 || /^\s*[[{]/.test(text)) this.lines.push(text);
    else if (text.trim() !== "" && this.noise.length < 20) this.noise.push(text.trim());
  }
}

/** Parses JSON; a text that is empty, cut or holds more than one value is PARSE_FAILED. */
export function parseJson(parser: string, lines: readonly string[], noise: readonly string[] = []) {
  if (lines.length === 0) throw parseFailure(parser, "the text holds no JSON", noise);
  try {
    const value: unknown = JSON.parse(lines.join("\n"));
    return value;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw parseFailure(parser, `the JSON cannot be read (cut or not JSON): ${why}`, noise);
  }
}

/** Reader of a text that is one JSON value, handed to the schema as it is. */
export function jsonReader(
  parser: string,
  shape: (value: unknown) => unknown = (v) => v,
): LineReader {
  const text = new JsonLines();
  return {
    line: (line) => text.add(line),
    end: () => shape(parseJson(parser, text.lines, text.noise)),
  };
}
