import { expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../experiment/experiment.js";
import { defineSystem } from "../system/system.js";
import { namedCampaign, seeded } from "./campaign-words.js";
import { checkRequest, readRunWords } from "./run-request.js";

const flow = {
  name: "flow",
  summary: "a flow",
  options: z.strictObject({
    messageBytes: z.int().default(64),
    reverse: z.boolean().default(false),
    protocol: z.enum(["tcp", "udp"]).default("tcp"),
  }),
} as unknown as AnyExperiment;

const system = defineSystem({
  name: "lab",
  version: "1.2.3",
  summary: "a lab",
  experiments: { flow },
  suites: {
    quick: { summary: "all", variants: [{ id: "q", experiment: "flow", options: {} }] },
  },
  guest: () => {
    throw new Error("not of this test");
  },
});

async function campaignOf(line: string) {
  const words = readRunWords(system, line.split(" "));
  if (words?.name === undefined) throw new Error("no name");
  checkRequest(words);
  return seeded(await namedCampaign(system, words.name, words), words);
}

test("every combination of swept values is measured, in an order that is drawn", async () => {
  const campaign = await campaignOf(
    "flow --sweep message-bytes=64,1472 --protocol udp --sweep reverse=true,false --repeat 5",
  );
  expect(campaign.repetitions).toBe(5);
  expect(campaign.seed).toBeGreaterThanOrEqual(0);
  expect(campaign.variants.map(({ options }) => options)).toEqual([
    { messageBytes: 64, reverse: true, protocol: "udp" },
    { messageBytes: 64, reverse: false, protocol: "udp" },
    { messageBytes: 1472, reverse: true, protocol: "udp" },
    { messageBytes: 1472, reverse: false, protocol: "udp" },
  ]);
});

test.each([
  ["flow", undefined],
  ["quick", undefined],
  ["quick --seed 0", 0],
  ["flow --sweep messageBytes=1,2 --seed 9", 9],
])("%s is run with seed %s", async (line, seed) => {
  expect((await campaignOf(line)).seed).toBe(seed);
});

test.each([
  ["flow --sweep messagebytes=1", 'did you mean "message-bytes"'],
  ["flow --sweep message-bytes", "takes OPTION=V,V,..."],
  ["flow --sweep message-bytes=1,x", '--message-bytes takes a whole number, not "x"'],
  ["flow --sweep reverse=maybe", "reverse is true or false"],
  ["flow --sweep protocol=tcp,sctp", 'option "protocol"'],
  ["flow --sweep protocol=tcp --protocol udp", "protocol is given twice"],
  ["flow --sweep protocol=tcp --sweep protocol=udp", "protocol is given twice"],
  ["quick --sweep protocol=tcp", "quick fixes its options"],
  ["flow --seed=-1", "--seed is 0 to 4294967295"],
  ["flow --budget 2", "--budget takes a time"],
  ["flow --json --ndjson", "--json and --ndjson exclude each other"],
  ["flow --out a --resume b", "--out and --resume exclude each other"],
  ["none.yaml", "none.yaml cannot be read"],
  ["none.yaml --protocol udp", "there is no flag --protocol"],
])("%s is refused", async (line, words) => {
  const error = await campaignOf(line).catch((thrown: Error & { remedy?: string }) => thrown);
  expect(`${(error as Error).message} ${(error as { remedy?: string }).remedy}`).toContain(words);
});
