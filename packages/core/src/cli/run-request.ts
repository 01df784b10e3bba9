import { basename, extname, join } from "node:path";
import { readDuration } from "../campaign/budget.js";
import { isCampaignFileName } from "../campaign/file/read-campaign-file.js";
import { hoststackError } from "../errors/error.js";
import { runId } from "../result/run-id.js";
import type { System } from "../system/system.js";
import { experimentNamed } from "../system/variants.js";
import { type Flag, flagsOf, listOf, looseWords, parseFlags } from "./flags.js";
import { runFlagsOf } from "./run-flags.js";

/** What `run` was asked for beside what it measures and where, checked. */
export interface RunRequest {
  /** Run directory. */
  readonly out: string;
  /** What goes to stdout. */
  readonly output: "table" | "record" | "events" | "upstream";
  readonly dryRun: boolean;
  /** Where sources are looked for first. */
  readonly mirrors: readonly string[];
  /** Time the run must not exceed, in seconds. @default none */
  readonly budgetS?: number;
  /** The run directory holds a run to go on with. */
  readonly resumes: boolean;
  readonly keepOnFailure: boolean;
  /** Every command on the hosts is told. */
  readonly verbose: boolean;
}

/** What the command line of `run` says. */
export interface RunWords {
  /** Name of a suite or an experiment of the system, or a campaign file; none where a run is resumed. */
  readonly name: string | undefined;
  /** The words as they were given, without `run`. */
  readonly argv: readonly string[];
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
  const words = looseWords(argv, [...all, ...runFlagsOf(system)]);
  return words.find((word) => isNamed(system, word)) ?? words[0];
}

/** Flags that set options of what is named; suites and files fix them. */
export function ownFlags(system: System, name: string | undefined): readonly Flag[] {
  if (name === undefined || isCampaignFileName(name)) return [];
  return Object.hasOwn(system.suites, name) ? [] : flagsOf(experimentNamed(system, name).options);
}

/**
 * Reads the command line of `run`; `undefined` when no name is in it. Throws EXPERIMENT_UNKNOWN,
 * or OPTIONS_INVALID naming the flag.
 */
export function readRunWords(system: System, argv: readonly string[]): RunWords | undefined {
  const name = nameIn(system, argv);
  const resumes = argv.some((word) => word === "--resume" || word.startsWith("--resume="));
  if (name === undefined && !resumes) return undefined;
  const own = ownFlags(system, name);
  const { words, values } = parseFlags(argv, [...runFlagsOf(system), ...own]);
  const extra = words.find((_, index) => index !== words.indexOf(name ?? ""));
  if (extra !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `run takes one name, not "${extra}" beside "${name}"`);
  }
  const given = own.map((flag) => flag.property).filter((property) => property in values);
  return {
    name,
    argv,
    values,
    options: Object.fromEntries(given.map((property) => [property, values[property]])),
  };
}

/** Two flags that say different things about the same. */
function checkTogether(values: RunWords["values"]): void {
  const pairs = [
    ["json", "ndjson", "stdout takes one of them"],
    ["json", "upstreamLines", "stdout takes one of them"],
    ["ndjson", "upstreamLines", "stdout takes one of them"],
    ["out", "resume", "a resumed run stays where it is"],
  ] as const;
  for (const [one, other, why] of pairs) {
    if (values[one] === undefined || values[other] === undefined) continue;
    throw hoststackError("OPTIONS_INVALID", `--${one} and --${other} exclude each other: ${why}`, {
      details: { field: other },
    });
  }
}

function outputOf({ ndjson, json, upstreamLines }: RunWords["values"]): RunRequest["output"] {
  if (ndjson === true) return "events";
  if (json === true) return "record";
  return upstreamLines === true ? "upstream" : "table";
}

/** Checks the flags of `run`. Throws OPTIONS_INVALID naming the flag. */
export function checkRequest({ name, values }: RunWords): RunRequest {
  const { out, resume, budget, dryRun, keepOnFailure, verbose, repeat } = values;
  if (typeof repeat === "number" && repeat < 1) {
    throw hoststackError("OPTIONS_INVALID", `--repeat is 1 or more, not ${repeat}`, {
      details: { field: "repeat" },
    });
  }
  checkTogether(values);
  const place = resume ?? out ?? join("results", runId(nameOfRun(name)));
  return {
    out: String(place),
    output: outputOf(values),
    dryRun: dryRun === true,
    mirrors: listOf(values["mirror"]),
    resumes: resume !== undefined,
    keepOnFailure: keepOnFailure === true,
    verbose: verbose === true,
    ...(budget === undefined ? {} : { budgetS: readDuration(String(budget), "budget") }),
  };
}

/** Names a run's directory: that of a campaign file without its path and ending. */
const nameOfRun = (name = "run"): string =>
  isCampaignFileName(name) ? basename(name, extname(name)) : name;
