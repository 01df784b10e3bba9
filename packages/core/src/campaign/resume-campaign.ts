import { existsSync } from "node:fs";
import { hoststackError } from "../errors/error.js";
import { checkOptions } from "../experiment/options.js";
import type { Variant } from "../experiment/variant.js";
import type { RunRecord } from "../result/record.js";
import { coreVersion } from "../version.js";
import type { Campaign, Experiments } from "./campaign.js";
import { readCampaignFile } from "./file/read-campaign-file.js";

/** What a run was started as, and what it would be gone on with as. */
export interface Resumption {
  readonly system: { readonly name: string; readonly version: string };
  readonly campaign: Campaign;
  /** Which testbed was asked for. */
  readonly testbed: Readonly<Record<string, unknown>>;
}

type Flat = Readonly<Record<string, unknown>>;

const shown = (value: unknown): string =>
  value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);

const differences = (before: Flat, now: Flat): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name}: ${shown(before[name])} then, ${shown(now[name])} now`);

interface Named {
  readonly id: string;
  readonly experiment: string;
  readonly options: Flat;
}

const variantFacts = (variants: readonly Named[]): Flat =>
  Object.fromEntries(
    variants.flatMap(({ id, experiment, options }) => [
      [`variant ${id}`, experiment],
      ...Object.entries(options).map(([name, value]) => [`variant ${id}, option ${name}`, value]),
    ]),
  );

/** Which parsers the figures of a record came from, beside those that would be used now. */
function parserFacts(record: RunRecord, variants: readonly Variant[]): readonly [Flat, Flat] {
  const used = record.trials.flatMap(({ variant, parser }) => {
    const own = variants.find(({ id }) => id === variant)?.experiment.parser;
    return parser === undefined || own === undefined ? [] : [{ variant, parser, own }];
  });
  const text = ({ name, version }: { name: string; version: number }) => `${name} ${version}`;
  return [
    Object.fromEntries(used.map(({ variant, parser }) => [`parser of ${variant}`, text(parser)])),
    Object.fromEntries(used.map(({ variant, own }) => [`parser of ${variant}`, text(own)])),
  ];
}

/**
 * Throws CAMPAIGN_CHANGED with everything that differs when a run would be gone on with as another one than it was
 * started as: system and versions, testbed, repetitions, seed, variants and their options, parsers.
 */
export function checkUnchanged(record: RunRecord, wanted: Resumption): void {
  const { campaign, system, testbed } = wanted;
  const [parsersThen, parsersNow] = parserFacts(record, campaign.variants);
  const variants = campaign.variants.map(({ id, experiment, options }) => ({
    ...{ id, options },
    experiment: experiment.name,
  }));
  const differing = differences(
    {
      system: record.system.name,
      "version of the system": record.system.version,
      "version of core": record.coreVersion,
      testbed: record.campaign?.testbed,
      repetitions: record.repetitions,
      seed: record.campaign?.seed,
      ...variantFacts(record.variants),
      ...parsersThen,
    },
    {
      system: system.name,
      "version of the system": system.version,
      "version of core": coreVersion(),
      testbed,
      repetitions: campaign.repetitions,
      seed: campaign.seed,
      ...variantFacts(variants),
      ...parsersNow,
    },
  );
  if (differing.length === 0) return;
  throw hoststackError(
    "CAMPAIGN_CHANGED",
    `the run was started as another one\n${differing.join("\n")}`,
    {
      remedy: "go on with what it was started as, or start a new run with --out",
      details: { differing },
    },
  );
}

/** A campaign with the testbed that was asked for. */
export type ResumableCampaign = Campaign & { readonly testbed: Flat };

/** The campaign as the record holds it. */
async function recordedCampaign(
  record: RunRecord,
  experiments: Experiments,
): Promise<ResumableCampaign> {
  const { campaign, variants, repetitions } = record;
  const refuse = (text: string) => hoststackError("OPTIONS_INVALID", `the run ${text}`);
  if (campaign === undefined) throw refuse("was started by a version whose runs cannot be resumed");
  if (record.state === "completed") throw refuse("is complete: nothing is left to resume");
  const made = variants.map(async ({ id, experiment: name, options }): Promise<Variant> => {
    const experiment = Object.hasOwn(experiments, name) ? experiments[name] : undefined;
    if (experiment === undefined)
      throw refuse(`needs the experiment "${name}", which there is no more`);
    return { id, experiment, options: await checkOptions(name, experiment.options, options) };
  });
  const { name, seed, file, fromFlags, testbed } = campaign;
  return {
    ...{ name, repetitions, testbed, variants: await Promise.all(made) },
    ...(seed === undefined ? {} : { seed }),
    ...(file === undefined ? {} : { file }),
    ...(fromFlags === undefined ? {} : { fromFlags }),
  };
}

/**
 * The campaign a record is of, read again from its file where that is still there, so that `checkUnchanged` sees
 * what was edited since. Throws OPTIONS_INVALID when it cannot be gone on with: it is complete, its version did not
 * note enough, or its experiments or options are no longer there; CAMPAIGN_INVALID for an edited file with errors.
 */
export async function campaignOfRecord(
  record: RunRecord,
  experiments: Experiments,
): Promise<ResumableCampaign> {
  const recorded = await recordedCampaign(record, experiments);
  const { file, fromFlags = [] } = recorded;
  if (file === undefined || !existsSync(file)) return recorded;
  const { variants, repetitions, seed = recorded.seed } = await readCampaignFile(file, experiments);
  return {
    ...recorded,
    variants,
    ...(fromFlags.includes("repeat") ? {} : { repetitions }),
    ...(fromFlags.includes("seed") || seed === undefined ? {} : { seed }),
  };
}
