import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { FieldSchema, FileForm } from "../../testbed/file/file-form.js";
import type { FileIssue } from "../../testbed/file/issue.js";
import { shapeIssues } from "../../testbed/file/shape-issues.js";
import { toldIssues } from "../../testbed/file/told-issues.js";
import type { FileSource } from "../../testbed/file/yaml-source.js";
import type { Campaign, Experiments } from "../campaign.js";
import { combinationsOf, type Entry, sizeOf } from "../matrix.js";
import { variantsOf } from "../variants-of.js";
import { optionIssues } from "./option-issues.js";
import { type CampaignFile, campaignFileJsonSchema, campaignFileSchema } from "./schema.js";

const campaignForm: FileForm = {
  schema: campaignFileSchema,
  jsonSchema: () => campaignFileJsonSchema() as FieldSchema,
  guide: "docs/campaigns.md",
};

/** More than anyone waits for, and few enough to be listed. */
const maxVariants = 10_000;

const usualRepetitions = 3;

/** Endings of campaign files. */
const endings: readonly string[] = [".yaml", ".yml"];

/** Whether a name is that of a campaign file, by its ending. */
export function isCampaignFileName(name: string): boolean {
  return endings.includes(extname(name));
}

const entryOf = ({ options = {}, sweep = {}, ...rest }: CampaignFile["experiments"][number]) =>
  ({ experiment: rest.experiment, ...(rest.id ? { id: rest.id } : {}), options, sweep }) as Entry;

async function entryIssues(entry: Entry, experiments: Experiments): Promise<FileIssue[]> {
  const names = Object.keys(experiments);
  const { experiment: name } = entry;
  const experiment = Object.hasOwn(experiments, name) ? experiments[name] : undefined;
  if (experiment === undefined) {
    const fix = didYouMean(name, names).trim() || `experiments are ${names.join(", ")}`;
    return [{ path: ["experiment"], text: `there is no experiment "${name}"`, fix }];
  }
  const size = sizeOf(entry);
  if (size > maxVariants) {
    const text = `it has ${size} combinations, more than ${maxVariants}`;
    return [{ path: ["sweep"], text, fix: "leave out values" }];
  }
  return await optionIssues(entry, experiment);
}

/** Two variants of one name would share their raw outputs. */
function idIssues(entries: readonly Entry[]): FileIssue[] {
  const seen = new Map<string, number>();
  return entries.flatMap((entry, index): FileIssue[] => {
    const ids = combinationsOf(entry).map(({ id }) => id);
    const double = ids.find((id, place) => seen.has(id) || ids.indexOf(id) !== place);
    for (const id of ids) seen.set(id, index);
    if (double === undefined) return [];
    const text = `its raw outputs would be named "${double}" as others are`;
    return [{ path: ["experiments", index], text, fix: "give it an id of its own" }];
  });
}

async function contentIssues(file: CampaignFile, experiments: Experiments): Promise<FileIssue[]> {
  const entries = file.experiments.map(entryOf);
  const found: FileIssue[] = [];
  for (const [index, entry] of entries.entries()) {
    const own = await entryIssues(entry, experiments);
    found.push(...own.map((one) => ({ ...one, path: ["experiments", index, ...one.path] })));
  }
  return found.length > 0 ? found : idIssues(entries);
}

async function readSource(path: string): Promise<FileSource> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw hoststackError("CAMPAIGN_INVALID", `${path} cannot be read: ${why}`, {
      cause,
      remedy: "correct the path, which is relative to the current directory",
    });
  });
  const { readYaml } = await import("../../testbed/file/yaml-source.js");
  return readYaml(text);
}

/**
 * Reads and checks a campaign file (YAML) against the experiments of a system. Throws CAMPAIGN_INVALID with
 * everything that is wrong, each with its line and field, and what to do.
 */
export async function readCampaignFile(path: string, experiments: Experiments): Promise<Campaign> {
  const source = await readSource(path);
  const shape = source.syntax.length > 0 ? source.syntax : shapeIssues(source.value, campaignForm);
  const issues =
    shape.length > 0 ? shape : await contentIssues(source.value as CampaignFile, experiments);
  if (issues.length > 0) {
    const told = toldIssues(source, path, issues);
    throw hoststackError("CAMPAIGN_INVALID", `the campaign file has ${told.text}`, {
      details: { file: path, issues: told.issues },
    });
  }
  const file = campaignFileSchema.parse(source.value);
  return {
    name: file.name ?? basename(path, extname(path)),
    variants: await variantsOf(file.experiments.map(entryOf), experiments),
    repetitions: file.repeat ?? usualRepetitions,
    ...(file.seed === undefined ? {} : { seed: file.seed }),
    file: resolve(path),
  };
}
