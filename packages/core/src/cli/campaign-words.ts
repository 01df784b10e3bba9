import { randomInt } from "node:crypto";
import type { Campaign } from "../campaign/campaign.js";
import { isCampaignFileName, readCampaignFile } from "../campaign/file/read-campaign-file.js";
import type { Options } from "../campaign/matrix.js";
import { maxSeed } from "../campaign/trial-order.js";
import { variantsOf } from "../campaign/variants-of.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { variantsNamed } from "../system/variants.js";
import { type Flag, readValue } from "./flags.js";
import { ownFlags, type RunWords } from "./run-request.js";

/** Trials of each measurement unless told otherwise. */
const usualRepetitions = 3;

const invalid = (text: string, remedy: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy, details: { field: "sweep" } });

/** One `OPTION=V,V,...`; a value with a comma cannot be written, a campaign file takes any. */
function readSweep(text: string, flags: readonly Flag[]): readonly [string, readonly unknown[]] {
  const [, name = "", list = ""] = /^(?:--)?([^=]+)=(.+)$/.exec(text) ?? [];
  const names = flags.map((flag) => flag.name);
  if (name === "")
    throw invalid(
      `--sweep takes OPTION=V,V,..., not "${text}"`,
      "e.g. --sweep message-bytes=64,1472",
    );
  const flag = flags.find((one) => one.name === name || one.property === name);
  if (flag === undefined) {
    const remedy = `${didYouMean(name, names)}options are ${names.join(", ")}`;
    throw invalid(`--sweep has no option "${name}"`, remedy);
  }
  return [flag.property, list.split(",").map((word) => booleanOr(flag, word.trim()))];
}

/** A switch takes no value as a flag, but has two to be swept over. */
function booleanOr(flag: Flag, word: string): unknown {
  if (flag.type !== "boolean") return readValue(flag, word);
  if (word === "true" || word === "false") return word === "true";
  throw invalid(`--sweep: ${flag.name} is true or false, not "${word}"`, "e.g. true,false");
}

function readSweeps({ name, values, options }: RunWords, flags: readonly Flag[]): Options {
  const given = (values["sweep"] ?? []) as readonly string[];
  if (given.length > 0 && flags.length === 0) {
    const text = `--sweep is for one experiment; ${name ?? "a resumed run"} fixes its options`;
    throw invalid(text, "name an experiment, or write the values into a campaign file");
  }
  const read = given.map((text) => readSweep(text, flags));
  const names = read.map(([one]) => one);
  const double = names.find((one, index) => names.indexOf(one) !== index || one in options);
  if (double === undefined) return Object.fromEntries(read);
  throw invalid(`the option ${double} is given twice`, "name all its values in one --sweep");
}

/** The seed to draw with: the one given, else a new one where there is something to draw. */
const drawnSeed = (seed: number | undefined, draws: boolean): number | undefined =>
  seed ?? (draws ? randomInt(maxSeed + 1) : undefined);

function checkedSeed(seed: unknown): number | undefined {
  if (seed === undefined) return undefined;
  if (typeof seed === "number" && seed >= 0 && seed <= maxSeed) return seed;
  throw hoststackError("OPTIONS_INVALID", `--seed is 0 to ${maxSeed}, not ${String(seed)}`, {
    details: { field: "seed" },
  });
}

const withSeed = (campaign: Campaign, seed: number | undefined): Campaign =>
  seed === undefined ? campaign : { ...campaign, seed };

async function fileCampaign(system: System, path: string, words: RunWords): Promise<Campaign> {
  readSweeps(words, []);
  const { repeat } = words.values;
  const seed = checkedSeed(words.values["seed"]);
  const read = await readCampaignFile(path, system.experiments);
  const fromFlags = (["repeat", "seed"] as const).filter((flag) => flag in words.values);
  return {
    ...withSeed(read, seed),
    ...(typeof repeat === "number" ? { repetitions: repeat } : {}),
    ...(fromFlags.length === 0 ? {} : { fromFlags }),
  };
}

async function wordsCampaign(system: System, name: string, words: RunWords): Promise<Campaign> {
  const { repeat = usualRepetitions, seed } = words.values;
  const sweep = readSweeps(words, ownFlags(system, name)) as Record<string, readonly unknown[]>;
  const variants =
    Object.keys(sweep).length === 0
      ? await variantsNamed(system, name, words.options)
      : await variantsOf([{ experiment: name, options: words.options, sweep }], system.experiments);
  return withSeed({ name, variants, repetitions: Number(repeat) }, checkedSeed(seed));
}

/**
 * The campaign a command line names: an experiment with options and values to sweep over, a suite, or a campaign
 * file. Throws OPTIONS_INVALID naming the flag, EXPERIMENT_UNKNOWN and CAMPAIGN_INVALID.
 */
export async function namedCampaign(
  system: System,
  name: string,
  words: RunWords,
): Promise<Campaign> {
  return isCampaignFileName(name)
    ? await fileCampaign(system, name, words)
    : await wordsCampaign(system, name, words);
}

/** The same with a seed drawn for a new run: suites and single experiments run as listed unless told one. */
export function seeded(campaign: Campaign, { name, values }: RunWords): Campaign {
  const draws = values["sweep"] !== undefined || (name !== undefined && isCampaignFileName(name));
  return withSeed(campaign, drawnSeed(campaign.seed, draws));
}
