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

/** Position after the JSON value that the text begins with, or its length when it does not close. */
function endOfValue(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}

/**
 * Parses JSON. A text that is empty, cut or holds a second value is PARSE_FAILED; words of another
 * program after the value (a merged stderr, a shell's echo) are let pass.
 */
export function parseJson(
  parser: string,
  lines: readonly string[],
  noise: readonly string[] = [],
): unknown {
  if (lines.length === 0) throw parseFailure(parser, "the text holds no JSON", noise);
  const text = lines.join("\n");
  const end = endOfValue(text);
  if (/^\s*[[{]/m.test(text.slice(end))) {
    throw parseFailure(parser, "the text holds more than one JSON value", noise);
  }
  try {
    return JSON.parse(text.slice(0, end));
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
