import { expect, test } from "vitest";
import { z } from "zod";
import type { Examination } from "../doctor/finding.js";
import type { AnyExperiment } from "../experiment/experiment.js";
import { defineSetup } from "../system/setup.js";
import { defineSystem } from "../system/system.js";
import { setupCommandLine, setupFlagWords, withSetupAdvice } from "./setup-advice.js";
import { readSetupWords } from "./setup-words.js";

const options = z.strictObject({ seconds: z.int().default(4) });
const named = (name: string) => ({ name, options }) as unknown as AnyExperiment;
const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab" },
  experiments: { stream: named("stream"), pong: named("pong") },
  suites: {
    quick: {
      summary: "",
      variants: [{ id: "short", experiment: "pong", options: { seconds: 1 } }],
    },
  },
  setup: defineSetup({
    options: z.strictObject({ ringSize: z.int().max(4096).default(512) }),
    builds: () => [],
    brings: { rdma: "--soft-roce NIC" },
  }),
  guest: () => {
    throw new Error("not of this test");
  },
});
const read = (...argv: string[]) => readSetupWords(system, "setup", argv);

test("without a name it is about all experiments, with defaults", async () => {
  expect(await read("--testbed", "lab.yaml")).toMatchObject({
    aim: { options: { ringSize: 512 }, variants: [{ id: "stream" }, { id: "pong" }] },
    testbed: { kind: "file", path: "lab.yaml" },
    ...{ buildOn: "hosts", mirrors: [], yes: false, names: [] },
  });
});

test("names may be suites; options of the setup come from flags", async () => {
  const words = await read(
    "quick",
    "--ring-size",
    "64",
    "--mirror",
    "/a",
    "--mirror",
    "/b",
    "--yes",
  );
  expect(words).toMatchObject({
    aim: { options: { ringSize: 64 }, variants: [{ id: "short", options: { seconds: 1 } }] },
    ...{ mirrors: ["/a", "/b"], yes: true, names: ["quick"] },
  });
});

test.each([
  [["--ring-size", "9999"], "OPTIONS_INVALID", { field: "ringSize" }],
  [["--build-on", "host"], "OPTIONS_INVALID", { field: "buildOn" }],
  [["--detailed-exitcode"], "OPTIONS_INVALID", { field: "detailed-exitcode" }],
  [["strem"], "EXPERIMENT_UNKNOWN", { name: "strem" }],
])("%j is refused", async (argv, code, details) => {
  await expect(read(...argv)).rejects.toMatchObject({
    code,
    details: expect.objectContaining(details),
  });
});

const lab = {
  kind: "file",
  path: "my lab.yaml",
  allowTraffic: [],
  roles: { client: ["node1"], server: ["node0"] },
} as const;

test("the command to give names the same hosts in the same roles", () => {
  expect(setupCommandLine(system, ["quick"], lab)).toBe(
    "lab setup quick --testbed 'my lab.yaml' --role client=node1,server=node0",
  );
});

test("doctor names setup for what it brings, on hosts of a testbed file alone", () => {
  const finding = { host: "node0", found: "", wanted: "", why: "", remedy: "by hand" } as const;
  const examination: Examination = {
    testbed: { kind: "ssh", evidence: "hardware", notices: [] },
    experiments: [],
    findings: [
      { ...finding, what: "program sockperf", state: "unmet" },
      { ...finding, what: "rdma", state: "unmet" },
      { ...finding, what: "root", state: "unmet" },
      { ...finding, what: "program iperf3", state: "met" },
    ],
  };
  const remedies = (testbed: Parameters<typeof withSetupAdvice>[1]["testbed"]) =>
    withSetupAdvice(examination, { system, names: [], testbed }).findings.map(
      ({ remedy }) => remedy,
    );
  const command = "lab setup --testbed 'my lab.yaml' --role client=node1,server=node0";
  expect(remedies(lab)).toEqual([command, `${command} --soft-roce NIC`, "by hand", "by hand"]);
  expect(remedies({ kind: "netns" })).toEqual(Array(4).fill("by hand"));
});

test("a setup that is advised takes the flags of what was to be run, where all of it has the same", () => {
  const given = (...sizes: readonly unknown[]) =>
    setupFlagWords(
      system,
      sizes.map((ringSize) => ({ options: { ringSize, seconds: 4 } })),
    );
  expect(given(1024, 1024)).toBe(" --ring-size 1024");
  expect(given(1024, 512)).toBe("");
  expect(given(undefined)).toBe("");
});
