import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectParser } from "./detect.js";
import * as tools from "./index.js";
import type { Parser } from "./kernel/parser.js";

interface Case {
  readonly parser: string;
  readonly value?: unknown;
  readonly error?: string;
}

const root = join(import.meta.dirname, "../fixtures");
const parsers = new Map(
  Object.values<unknown>(tools)
    .filter((v): v is Parser<unknown> => typeof v === "object" && v !== null && "parseLines" in v)
    .map((parser) => [parser.name, parser]),
);

const cases = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".txt"))
  .map((file) => file.slice(0, -4))
  .sort();

function read(name: string) {
  const expected: Case = JSON.parse(readFileSync(join(root, `${name}.json`), "utf8"));
  const parser = parsers.get(expected.parser);
  if (parser === undefined) throw new Error(`${name}: no parser ${expected.parser}`);
  return { text: readFileSync(join(root, `${name}.txt`), "utf8"), expected, parser };
}

async function* linesOf(text: string) {
  yield* text.split(/\r?\n/);
}

describe("recorded outputs", () => {
  it("covers every parser", () => {
    const covered = new Set(cases.map((name) => read(name).expected.parser));
    expect([...parsers.keys()].filter((name) => !covered.has(name))).toEqual([]);
  });

  it.each(cases)("%s", async (name) => {
    const { text, expected, parser } = read(name);
    if (expected.error !== undefined) {
      expect(() => parser.parse(text)).toThrow(expected.error);
      await expect(parser.parseLines(linesOf(text))).rejects.toThrow(expected.error);
      return;
    }
    expect(parser.parse(text)).toEqual(expected.value);
    expect(await parser.parseLines(linesOf(text))).toEqual(expected.value);
    expect(parser.parse(text.replaceAll("\n", "\r\n"))).toEqual(expected.value);
  });

  it.each(cases.filter((name) => read(name).expected.error === undefined))(
    "%s is recognised by its beginning",
    (name) => {
      const { text, parser } = read(name);
      expect(detectParser(text.slice(0, 4096))?.parser.name).toBe(parser.name);
    },
  );
});
