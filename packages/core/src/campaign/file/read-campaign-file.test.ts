import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../../experiment/experiment.js";
import { readCampaignFile } from "./read-campaign-file.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const flow = {
  name: "flow",
  options: z.strictObject({
    protocol: z.enum(["tcp", "udp"]).default("tcp").describe("transport protocol"),
    bytes: z.int().min(14).default(1472).describe("payload of a message"),
  }),
} as unknown as AnyExperiment;

async function read(text: string) {
  const path = join(place, "sizes.yaml");
  await writeFile(path, text);
  return await readCampaignFile(path, { flow });
}

/** Every line of the error, the path of the file left out. */
async function complaints(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHoststackError(error, "CAMPAIGN_INVALID")) throw error ?? new Error("it was not refused");
  return error.message
    .split("\n")
    .slice(1)
    .map((line) => line.replace(`${place}/sizes.yaml`, "file"));
}

test("a file gives its variants with their checked options", async () => {
  const campaign = await read(`version: 1
repeat: 5
seed: 7
experiments:
  - experiment: flow
    sweep: { bytes: [64, 128] }
  - experiment: flow
    id: udp
    options: { protocol: udp }
`);
  expect(campaign).toMatchObject({
    name: "sizes",
    repetitions: 5,
    seed: 7,
    file: join(place, "sizes.yaml"),
  });
  expect(campaign.variants.map(({ id, options }) => ({ id, options }))).toEqual([
    { id: "flow.bytes-64", options: { protocol: "tcp", bytes: 64 } },
    { id: "flow.bytes-128", options: { protocol: "tcp", bytes: 128 } },
    { id: "udp", options: { protocol: "udp", bytes: 1472 } },
  ]);
});

test("what is left out has its usual value", async () => {
  const campaign = await read("version: 1\nname: mine\nexperiments:\n  - experiment: flow\n");
  expect(campaign).toMatchObject({ name: "mine", repetitions: 3 });
  expect(campaign.seed).toBeUndefined();
});

const head = "version: 1\nexperiments:\n";

test.each([
  {
    text: "version: 2\nexperiments: []\n",
    told: [
      "file:1: version: 2 is not 1; write version: 1 (version of this format)",
      "file:2: experiments: it is empty: there is nothing to measure; write experiments: [{experiment: iperf3}] (what is measured)",
    ],
  },
  {
    text: `${head}  - experiment: folw\n`,
    told: [
      'file:3: experiments[0].experiment: there is no experiment "folw"; did you mean "flow"?',
    ],
  },
  {
    text: `${head}  - experiment: flow\n    option: {}\n`,
    told: ['file:4: experiments[0].option: there is no such field; did you mean "options"?'],
  },
  {
    text: `${head}  - experiment: flow\n    options:\n      byte: 64\n`,
    told: ['file:5: experiments[0].options.byte: flow has no such option; did you mean "bytes"?'],
  },
  {
    text: `${head}  - experiment: flow\n    options: { bytes: 1 }\n`,
    told: [
      "file:4: experiments[0].options.bytes: 1: Too small: expected number to be >=14; it is the payload of a message, by default 1472",
    ],
  },
  {
    text: `${head}  - experiment: flow\n    sweep:\n      bytes:\n        - 64\n        - many\n`,
    told: [
      'file:7: experiments[0].sweep.bytes[1]: "many": Invalid input: expected number, received string; it is the payload of a message, by default 1472',
    ],
  },
  {
    text: `${head}  - experiment: flow\n    sweep: { protocol: [tcp, sctp] }\n`,
    told: [
      'file:4: experiments[0].sweep.protocol[1]: "sctp": Invalid option: expected one of "tcp"|"udp"; write tcp or udp',
    ],
  },
  {
    text: `${head}  - experiment: flow\n    sweep: { bytes: [64, 64] }\n`,
    told: ["file:4: experiments[0].sweep.bytes[1]: 64 stands there already; remove it"],
  },
  {
    text: `${head}  - experiment: flow\n    options: { bytes: 64 }\n    sweep: { bytes: [64] }\n`,
    told: ["file:5: experiments[0].sweep.bytes: it stands in options as well; keep one of them"],
  },
  {
    text: `${head}  - experiment: flow\n  - experiment: flow\n`,
    told: [
      'file:4: experiments[1]: its raw outputs would be named "flow" as others are; give it an id of its own',
    ],
  },
  {
    text: `repeat: 0\n${head}  - experiment: flow\n`,
    told: [
      "file:1: repeat: 0 is too small: at least 1; write repeat: 5 (trials of each variant; default 3)",
    ],
  },
])("every error names line, field and fix: $told", async ({ text, told }) => {
  expect(await complaints(text)).toEqual(told);
});

test("text that is no YAML is told with its line", async () => {
  expect((await complaints("version: 1\nexperiments: [\n"))[0]).toMatch(/^file:3: the file: /);
});

test("too many combinations are refused before they are made", async () => {
  const values = `[${Array.from({ length: 200 }, (_, index) => index + 14).join(", ")}]`;
  const both = `${head}  - experiment: flow\n    sweep: { bytes: ${values}, protocol: ${values} }\n`;
  expect((await complaints(both))[0]).toContain("it has 40000 combinations, more than 10000");
});

test("a file that is not there is said so", async () => {
  await expect(readCampaignFile(join(place, "none.yaml"), { flow })).rejects.toThrow(
    "none.yaml cannot be read: there is no such file",
  );
});
