import { join } from "node:path";
import { hoststackError } from "../errors/error.js";
import { runId } from "../result/run-id.js";
import type { System } from "../system/system.js";
import { experimentNamed } from "../system/variants.js";
import { type ChosenTestbed, chosenTestbed } from "./chosen-testbed.js";
import { type Flag, flagsOf, looseWords, parseFlags } from "./flags.js";
import { runFlags } from "./run-flags.js";

/** What `run` was asked for, checked. */
export interface RunRequest {
  readonly testbed: ChosenTestbed;
  readonly repeat: number;
  readonly out: string;
  readonly json: boolean;
}

/** What the command line of `run` says. */
export interface RunWords {
  /** Name of a suite or an experiment of the system. */
  readonly name: string;
  /** Values of the flags of `run`, by property. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Options of the experiment that were given. */
  readonly options: Readonly<Record<string, unknown>>;
}

const isNamed = (system: System, name: string): boolean =>
  Object.hasOwn(system.suites, name) || Object.hasOwn(system.experiments, name);

/**
 * The name on the command line, wherever it stands. Which flags take a value is not known before
 * the name is, so those of all experiments count, and a name of the system goes before other words.
 */
function nameIn(system: System, argv: readonly string[]): string | undefined {
  const all = Object.values(system.experiments).flatMap(({ options }) => flagsOf(options));
  const words = looseWords(argv, [...all, ...runFlags]);
  return words.find((word) => isNamed(system, word)) ?? words[0];
}

const ownFlags = (system: System, name: string): readonly Flag[] =>
  Object.hasOwn(system.suites, name) ? [] : flagsOf(experimentNamed(system, name).options);

/**
 * Reads the command line of `run`; `undefined` when no name is in it. Throws EXPERIMENT_UNKNOWN,
 * or OPTIONS_INVALID naming the flag.
 */
export function readRunWords(system: System, argv: readonly string[]): RunWords | undefined {
  const name = nameIn(system, argv);
  if (name === undefined) return undefined;
  const own = ownFlags(system, name);
  const { words, values } = parseFlags(argv, [...runFlags, ...own]);
  const extra = words.find((_, index) => index !== words.indexOf(name));
  if (extra !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `run takes one name, not "${extra}" beside "${name}"`);
  }
  const given = own.map((flag) => flag.property).filter((property) => property in values);
  return {
    name,
    values,
    options: Object.fromEntries(given.map((property) => [property, values[property]])),
  };
}

/** Checks the flags of `run`. Throws OPTIONS_INVALID naming the flag. */
export function checkRequest({ name, values }: RunWords): RunRequest {
  const { testbed = "vm", repeat = 3, out, json = false } = values;
  if (typeof repeat !== "number" || repeat < 1) {
    throw hoststackError("OPTIONS_INVALID", `--repeat is 1 or more, not ${String(repeat)}`, {
      details: { field: "repeat" },
    });
  }
  const path = typeof out === "string" ? out : join("results", runId(name));
  const chosen = chosenTestbed(String(testbed), values);
  return { testbed: chosen, repeat, out: path, json: json === true };
}
