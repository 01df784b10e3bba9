import { parseArgs } from "node:util";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { OptionsSchema } from "../experiment/schema.js";

/** One flag of a command line. */
export interface Flag {
  /** Without dashes, e.g. `message-bytes`. */
  readonly name: string;
  /** Property it sets, e.g. `messageBytes`. */
  readonly property: string;
  readonly type: "boolean" | "integer" | "number" | "string";
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** Its one-letter form, without the dash. */
  readonly short?: string;
  /** Stands for the value in help texts. */
  readonly value?: string;
  /** It may be given several times; its values come as a list. @default false */
  readonly multiple?: boolean;
}

interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

const kebab = (property: string): string =>
  property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The flags that set an experiment's options, in the order of its schema. */
export function flagsOf(schema: OptionsSchema<unknown>): Flag[] {
  const json = schema["~standard"].jsonSchema.input({ target: "draft-2020-12" });
  const properties = (json["properties"] ?? {}) as Readonly<Record<string, PropertySchema>>;
  return Object.entries(properties).map(([property, described]) => {
    const known = ["boolean", "integer", "number"].includes(described.type ?? "");
    return {
      name: kebab(property),
      property,
      type: known ? (described.type as Flag["type"]) : "string",
      description: described.description ?? "",
      ...(described.enum ? { choices: described.enum.map(String) } : {}),
      ...(described.default === undefined ? {} : { default: described.default }),
    };
  });
}

/** The value of a flag from the words of a command line. Throws OPTIONS_INVALID naming the flag. */
export function readValue(flag: Flag, given: string | boolean): unknown {
  if (flag.type === "boolean" || typeof given === "boolean") return given;
  if (flag.type === "string") return given;
  const value = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isFinite(value) && (flag.type === "number" || Number.isInteger(value))) return value;
  const wanted = flag.type === "integer" ? "a whole number" : "a number";
  throw hoststackError("OPTIONS_INVALID", `--${flag.name} takes ${wanted}, not "${given}"`, {
    details: { field: flag.property },
  });
}

/** What a command line says: words without a dash, and values by property. */
export interface ParsedFlags {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

type ParseOptions = Record<
  string,
  { type: "boolean" | "string"; short?: string; multiple?: boolean }
>;

const parseOptions = (flags: readonly Flag[]): ParseOptions =>
  Object.fromEntries(
    flags.map(({ name, type, short, multiple = false }) => [
      name,
      { type: type === "boolean" ? "boolean" : "string", multiple, ...(short ? { short } : {}) },
    ]),
  );

/** The words of a command line that are no flags and no values of these flags; checks nothing. */
export function looseWords(argv: readonly string[], flags: readonly Flag[]): readonly string[] {
  return parseArgs({
    args: [...argv],
    options: parseOptions(flags),
    strict: false,
    allowPositionals: true,
    allowNegative: true,
  }).positionals;
}

/** Reads a command line. Throws OPTIONS_INVALID naming the flag, and the nearest one that exists. */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const options = parseOptions(flags);
  const parsed = (() => {
    try {
      return parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true });
    } catch (cause) {
      throw unknownFlag(cause, flags);
    }
  })();
  const values: Record<string, unknown> = {};
  for (const flag of flags) {
    const given = parsed.values[flag.name];
    if (given === undefined) continue;
    values[flag.property] = Array.isArray(given)
      ? given.map((one) => readValue(flag, one))
      : readValue(flag, given as string | boolean);
  }
  return { words: parsed.positionals, values };
}

function unknownFlag(cause: unknown, flags: readonly Flag[]): Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, unknown] = /^Unknown option '(--?[^']*)'/.exec(text) ?? [];
  if (unknown === undefined) {
    const [first = text] = text.split(/(?<=\.) |\n/);
    return hoststackError("OPTIONS_INVALID", first);
  }
  const names = flags.map((flag) => `--${flag.name}`);
  return hoststackError("OPTIONS_INVALID", `there is no flag ${unknown} here`, {
    remedy: `${didYouMean(unknown, names)}--help lists the flags`,
    details: { field: unknown.replace(/^--?/, "") },
  });
}

/** The values of a flag that may be given several times. */
export const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
