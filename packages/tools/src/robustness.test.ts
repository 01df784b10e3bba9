import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as tools from "./index.js";
import { HoststackError } from "./kernel/error.js";
import type { Parser } from "./kernel/parser.js";

const root = join(import.meta.dirname, "../fixtures");
const parsers = Object.values<unknown>(tools).filter(
  (v): v is Parser<unknown> => typeof v === "object" && v !== null && "parseLines" in v,
);

interface Good {
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
  readonly parser: Parser<unknown>;
}

const good: Good[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".txt"))
  .flatMap((file) => {
    const name = file.slice(0, -4);
    const { parser: parserName, value } = JSON.parse(
      readFileSync(join(root, `${name}.json`), "utf8"),
    ) as { parser: string; value?: unknown };
    const parser = parsers.find((p) => p.name === parserName);
    if (parser === undefined || value === undefined) return [];
    return [{ name, text: readFileSync(join(root, file), "utf8"), value, parser }];
  });

/** The parsed value, or undefined when the parser refuses; any other error fails the test. */
function attempt(parser: Parser<unknown>, text: string): unknown {
  try {
    return parser.parse(text);
  } catch (error) {
    if (error instanceof HoststackError && error.code === "PARSE_FAILED") return undefined;
    throw error;
  }
}

/** All numbers of a value with their paths. */
function numbers(value: unknown, path = ""): string[] {
  if (typeof value === "number") return [`${path}=${value}`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, v]) => numbers(v, `${path}.${key}`));
}

/** Plain counters carry nothing that would show that their last digit is missing. */
const undetectable = new Set([
  "ethtool-statistics",
  "ethtool-rings",
  "ethtool-channels",
  "ethtool-coalescing",
  "proc-net-snmp",
  "proc-net-dev",
]);

describe("a text that is cut anywhere", () => {
  it.each(good)("gives no number that the whole of $name does not have", (subject) => {
    const { text, value, parser } = subject;
    const whole = new Set(numbers(value));
    const ends = [...text.matchAll(/\n/g)].map((m) => m.index + 1);
    const cut = undetectable.has(parser.name)
      ? fc.constantFrom(...ends)
      : fc.nat({ max: text.length - 1 });
    fc.assert(
      fc.property(cut, (end) => {
        const part = numbers(attempt(parser, text.slice(0, end)));
        expect(part.filter((n) => !whole.has(n))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a text that is no output", () => {
  it.each(parsers)("is refused by $name with PARSE_FAILED", (parser) => {
    for (const text of [
      "",
      "\n",
      "command not found\n",
      "{}",
      "[",
      "\u0000\u0001",
      "Segmentation fault",
    ]) {
      expect(() => parser.parse(text), JSON.stringify(text)).toThrow(
        expect.objectContaining({ code: "PARSE_FAILED" }),
      );
    }
  });

  it.each(good)("made of damaged lines of $name never breaks the parser", (subject) => {
    const lines = subject.text.split("\n");
    const damage = fc.tuple(fc.nat({ max: lines.length - 1 }), fc.string(), fc.nat({ max: 40 }));
    fc.assert(
      fc.property(damage, ([index, junk, at]) => {
        const line = lines[index] ?? "";
        const damaged = line.slice(0, at) + junk + line.slice(at);
        attempt(subject.parser, lines.with(index, damaged).join("\n"));
      }),
      { numRuns: 30 },
    );
  });

  it.each(good.filter(({ text }) => !/^\s*[[{]/.test(text) && /\d\.\d/.test(text)))(
    "with decimal commas is refused or read alike: $name",
    ({ text, value, parser }) => {
      const whole = new Set(numbers(value));
      const localised = text.replaceAll(/(?<![\d.])(\d+)\.(\d+)(?![\d.])/g, "$1,$2");
      const found = numbers(attempt(parser, localised));
      expect(found.filter((n) => !whole.has(n))).toEqual([]);
    },
  );
});
