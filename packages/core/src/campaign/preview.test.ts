import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AnyExperiment, ExperimentContext } from "../experiment/experiment.js";
import type { RunRecord } from "../result/record.js";
import { plannedTestbed } from "./planned-testbed.js";
import { previewCampaign } from "./preview.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const experiment = {
  name: "flow",
  title: ({ bytes }: { bytes: number }) => `flow of ${bytes} B`,
  headline: () => "goodput",
  processes: ({ client, server, port }: ExperimentContext<never, Record<never, never>>) => [
    {
      id: "s",
      host: server.host,
      argv: ["taskset", "-c", "2-3", "serve", `${server.address}:${port}`],
    },
    { id: "c", host: client.host, argv: ["send", server.address] },
  ],
} as unknown as AnyExperiment;

const variants = [64, 128].map((bytes) => ({
  id: `flow-${bytes}`,
  experiment,
  options: { bytes, durationS: 2 },
}));
const campaign = { name: "flow", variants, repetitions: 3 };
const netns = { kind: "netns", hosts: ["left", "right"] } as const;

test("a preview counts trials, estimates their time and names every process", async () => {
  const preview = previewCampaign(campaign, { testbed: await plannedTestbed(netns) });
  expect(preview).toMatchObject({ trials: 6, recorded: 0, estimateS: 30, repetitions: 3 });
  expect(preview.overhead).toEqual({ seconds: 3, measuredTrials: 0 });
  expect(preview.variants[1]).toMatchObject({
    id: "flow-128",
    title: "flow of 128 B",
    trials: 3,
    trialS: 5,
  });
  expect(preview.variants[1]?.processes).toEqual([
    {
      ...{ id: "s", host: "right", cpus: "2-3" },
      argv: ["stdbuf", "-oL", "taskset", "-c", "2-3", "serve", "10.77.0.2:12064"],
    },
    { id: "c", host: "left", argv: ["stdbuf", "-oL", "send", "10.77.0.2"], cpus: null },
  ]);
});

test("what is recorded is not run again, and says how long the rest takes", async () => {
  const trials = [
    { variant: "flow-64", repetition: 1, durationS: 2.5 },
    { variant: "flow-64", repetition: 2, durationS: 2.5 },
    { variant: "flow-64", repetition: 3, durationS: 2.5 },
  ];
  const record = { trials } as unknown as RunRecord;
  const preview = previewCampaign(campaign, { testbed: await plannedTestbed(netns), record });
  expect(preview).toMatchObject({ trials: 3, recorded: 3, estimateS: 7.5 });
  expect(preview.overhead).toEqual({ seconds: 0.5, measuredTrials: 3 });
  expect(preview.variants.map(({ id }) => id)).toEqual(["flow-128"]);
});

test("processes that depend on facts of the hosts are said to be unknown", async () => {
  const asking = {
    ...experiment,
    facts: { links: { name: "rdma-links" } },
  } as unknown as AnyExperiment;
  const asked = { ...campaign, variants: variants.map((one) => ({ ...one, experiment: asking })) };
  const preview = previewCampaign(asked, { testbed: await plannedTestbed(netns) });
  expect(preview.variants[0]?.processes).toEqual({
    unknown: "they depend on what the hosts answer (rdma-links)",
  });
});

const file = (end: string) => `version: 1
hosts:
  a: { ssh: a }
  b: { ssh: b }
links:
  - name: wire
    ends:
      - { host: a, nic: eth1, addresses: [192.0.2.1] }
      - { host: b, ${end} }
roles: { client: b }
`;

test.each([
  { end: "nic: eth2, addresses: [192.0.2.2]", argv: ["stdbuf", "-oL", "send", "192.0.2.1"] },
  { end: "nic: eth2", unknown: "does not state interface and address of both ends of wire" },
  { end: 'mac: "52:54:00:12:34:56", addresses: [192.0.2.2]', unknown: "both ends of wire" },
])("a testbed file is as good as what it states: $end", async ({ end, argv, unknown }) => {
  const path = join(place, "lab.yaml");
  await writeFile(path, file(end));
  const testbed = await plannedTestbed({ kind: "file", path });
  const [first] = previewCampaign(campaign, { testbed }).variants;
  if (argv !== undefined)
    expect(first?.processes).toContainEqual({ id: "c", host: "b", argv, cpus: null });
  else expect(first?.processes).toEqual({ unknown: expect.stringContaining(unknown ?? "") });
});
