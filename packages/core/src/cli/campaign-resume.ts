import type { Campaign } from "../campaign/campaign.js";
import { campaignOfRecord, checkUnchanged } from "../campaign/resume-campaign.js";
import { hoststackError } from "../errors/error.js";
import type { RunRecord } from "../result/record.js";
import type { System } from "../system/system.js";
import { namedCampaign } from "./campaign-words.js";
import { askedTestbed, type ChosenTestbed, chosenTestbed } from "./chosen-testbed.js";
import type { RunWords } from "./run-request.js";

/** What is to be measured, and where. */
export interface ChosenCampaign {
  readonly campaign: Campaign;
  readonly testbed: ChosenTestbed;
}

/** What the record says, overridden by what the command line says as well: that must be the same. */
async function wanted(system: System, words: RunWords, record: RunRecord): Promise<ChosenCampaign> {
  const { name, values } = words;
  const { testbed: asked, ...recorded } = await campaignOfRecord(record, system.experiments);
  const { seed = recorded.seed, ...named } =
    name === undefined ? recorded : await namedCampaign(system, name, words);
  const { repeat, seed: given = seed } = values;
  const campaign = {
    ...named,
    ...(typeof repeat === "number" ? { repetitions: repeat } : {}),
    ...(typeof given === "number" ? { seed: given } : {}),
  };
  const where = ["testbed", "role", "allowTraffic", "kernel", "hosts"].some(
    (flag) => flag in values,
  );
  const testbed = where
    ? chosenTestbed(String(values["testbed"] ?? asked["path"] ?? "vm"), values)
    : testbedOf(asked);
  return { campaign, testbed };
}

function testbedOf(asked: Readonly<Record<string, unknown>>): ChosenTestbed {
  const { kind, path, name, kernel, hosts } = asked;
  const count = typeof hosts === "number" ? { hosts } : {};
  if (kind === "netns") return { kind, ...count };
  if (kind === "vm") {
    return typeof kernel === "string" ? { kind, ...count, kernel } : { kind, ...count };
  }
  if (kind === "kept" && typeof name === "string") return { kind, name };
  if (kind === "file" && typeof path === "string") return asked as unknown as ChosenTestbed;
  throw hoststackError("OPTIONS_INVALID", "the run's record does not say which testbed was used");
}

/**
 * What a run is gone on with. Throws OPTIONS_INVALID when there is nothing to go on with, CAMPAIGN_CHANGED with what
 * differs from what it was started as.
 */
export async function resumedCampaign(
  system: System,
  words: RunWords,
  record: RunRecord,
): Promise<ChosenCampaign> {
  const chosen = await wanted(system, words, record);
  checkUnchanged(record, {
    system,
    campaign: chosen.campaign,
    testbed: askedTestbed(chosen.testbed),
  });
  return chosen;
}
