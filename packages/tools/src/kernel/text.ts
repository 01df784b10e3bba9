import { HoststackError } from "./error.js";

const esc = String.fromCharCode(27);
const ansi = new RegExp(`${esc}\\[[0-9;?]*[ -/]*[@-~]`, "g");

/** Removes terminal colour and cursor sequences, which some tools print even into a pipe. */
export function stripAnsi(text: string): string {
  return text.includes(esc) ? text.replace(ansi, "") : text;
}

/** The error of a parser that cannot read its text, with the tool's own words when there are any. */
export function parseFailure(parser: string, why: string, toolSays: readonly string[] = []) {
  const words = toolSays.length === 0 ? "" : `; the tool says: ${toolSays.join(" | ")}`;
  return new HoststackError("PARSE_FAILED", `${parser}: ${why}${words}`, {
    details: { parser, toolSays },
  });
}

const decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a number as C programs print it. A decimal comma or digit grouping is refused, since
 * `3,517` may be three and a half or three and a half thousand.
 */
export function readNumber(parser: string, token: string): number {
  if (decimal.test(token)) return Number(token);
  const hint = /^\d[\d.,'\u00a0\u202f]*$/.test(token)
    ? " (run the tool with LC_ALL=C, its numbers are not in C notation)"
    : "";
  throw parseFailure(parser, `"${token}" is not a number${hint}`);
}

/** Reads a number that the tool may print as nan or inf when it could not compute it. */
export function readFiniteNumber(parser: string, token: string): number | undefined {
  if (/^[+-]?(?:nan|inf|infinity)(?:\(.*\))?$/i.test(token)) return undefined;
  return readNumber(parser, token);
}

/** Copies an object without its undefined fields, so results print and compare short. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
