import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../experiment/experiment.js";
import type { RunRecord } from "../result/record.js";
import { coreVersion } from "../version.js";
import { campaignOfRecord, checkUnchanged, type Resumption } from "./resume-campaign.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const flow = {
  name: "flow",
  options: z.strictObject({ bytes: z.int().default(64) }),
  parser: { name: "p", version: 1 },
} as unknown as AnyExperiment;

const record = {
  system: { name: "lab", version: "1.0.0" },
  coreVersion: coreVersion(),
  state: "interrupted",
  repetitions: 2,
  variants: [{ id: "v", experiment: "flow", title: "", headline: "", options: { bytes: 64 } }],
  trials: [{ variant: "v", repetition: 1, parser: { name: "p", version: 1 } }],
  campaign: { name: "flow", seed: 7, testbed: { kind: "netns" } },
} as unknown as RunRecord;

async function resumption(of: RunRecord = record): Promise<Resumption> {
  const { testbed, ...campaign } = await campaignOfRecord(of, { flow });
  return { system: { name: "lab", version: "1.0.0" }, campaign, testbed };
}

function refusal(wanted: Resumption): string[] {
  try {
    checkUnchanged(record, wanted);
  } catch (error) {
    if (!isHoststackError(error, "CAMPAIGN_CHANGED")) throw error;
    return error.message.split("\n").slice(1);
  }
  return [];
}

test("a run goes on as what it was", async () => {
  expect(refusal(await resumption())).toEqual([]);
});

test("everything that differs is said at once", async () => {
  const wanted = await resumption();
  const { campaign } = wanted;
  const [variant] = campaign.variants;
  if (variant === undefined) throw new Error("it has a variant");
  const newer = { ...flow, parser: { name: "p", version: 2 } };
  const changed: Resumption = {
    system: { name: "lab", version: "1.1.0" },
    testbed: { kind: "vm" },
    campaign: {
      ...campaign,
      repetitions: 3,
      seed: 8,
      variants: [
        { ...variant, options: { bytes: 128 }, experiment: newer },
        { ...variant, id: "w" },
      ],
    },
  };
  expect(refusal(changed)).toEqual([
    "version of the system: 1.0.0 then, 1.1.0 now",
    'testbed: {"kind":"netns"} then, {"kind":"vm"} now',
    "repetitions: 2 then, 3 now",
    "seed: 7 then, 8 now",
    "variant v, option bytes: 64 then, 128 now",
    "parser of v: p 1 then, p 2 now",
    "variant w: none then, flow now",
    "variant w, option bytes: none then, 64 now",
  ]);
});

test("an edited campaign file is seen, one that is gone is not missed, flags go before it", async () => {
  const file = join(place, "c.yaml");
  const text = "version: 1\nrepeat: 9\nexperiments: [{ experiment: flow, id: v }]\n";
  const own = { name: "c", seed: 7, testbed: { kind: "netns" }, file };
  const of = (campaign: object) => ({ ...record, campaign }) as RunRecord;
  expect(refusal(await resumption(of(own)))).toEqual([]);
  await writeFile(file, text);
  expect(refusal(await resumption(of(own)))).toEqual(["repetitions: 2 then, 9 now"]);
  expect(refusal(await resumption(of({ ...own, fromFlags: ["repeat"] })))).toEqual([]);
  await writeFile(file, `${text}seed: 1\n`.replace("9", "2"));
  expect(refusal(await resumption(of(own)))).toEqual(["seed: 7 then, 1 now"]);
});

test.each([
  { change: { campaign: undefined }, words: "started by a version whose runs cannot be resumed" },
  { change: { state: "completed" }, words: "is complete" },
  {
    change: { variants: [{ id: "v", experiment: "gone", options: {} }] },
    words: 'needs the experiment "gone"',
  },
])("what cannot be gone on with is refused: $words", async ({ change, words }) => {
  const of = { ...record, ...change } as unknown as RunRecord;
  await expect(campaignOfRecord(of, { flow })).rejects.toThrow(words);
});
