import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunRecord, recordVersion } from "./record.js";
import { checkWritable, createRunDirectory } from "./run-directory.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const record: RunRecord = {
  recordVersion,
  id: "r",
  system: { name: "s", version: "1" },
  coreVersion: "1",
  state: "running",
  startedAt: "2026-01-01T00:00:00.000Z",
  repetitions: 1,
  testbed: {
    kind: "netns",
    evidence: "namespace",
    capabilities: [],
    hosts: [],
    links: [],
    provenance: {},
    notices: [],
  },
  machines: [],
  variants: [],
  trials: [],
  summary: [],
};

test("a record is replaced whole and nothing else is left beside it", async () => {
  const directory = await createRunDirectory(join(place, "run"));
  await directory.save(record);
  await directory.save({ ...record, state: "completed" });
  expect(JSON.parse(await readFile(join(place, "run/run.json"), "utf8")).state).toBe("completed");
  expect((await readdir(join(place, "run"))).sort()).toEqual(["raw", "run.json"]);
});

test("a second run does not write over the first", async () => {
  await createRunDirectory(place);
  const second = await createRunDirectory(place).catch((error: unknown) => error);
  expect(isHoststackError(second, "OUTPUT_UNWRITABLE")).toBe(true);
});

test("a place below a file is refused before anything runs", async () => {
  await writeFile(join(place, "file"), "");
  const refused = await checkWritable(join(place, "file", "run")).catch((error: unknown) => error);
  expect(isHoststackError(refused, "OUTPUT_UNWRITABLE")).toBe(true);
});

test("a record that breaks the schema is not written", async () => {
  const directory = await createRunDirectory(place);
  const broken = { ...record, repetitions: 0 };
  await expect(directory.save(broken)).rejects.toThrow();
});
