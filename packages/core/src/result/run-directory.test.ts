import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processToken } from "../host/process-token.js";
import { type RunRecord, recordVersion } from "./record.js";
import {
  checkWritable,
  createRunDirectory,
  readRunRecord,
  reopenRunDirectory,
} from "./run-directory.js";

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
  {
    await using directory = await createRunDirectory(join(place, "run"));
    await directory.save(record);
    await directory.save({ ...record, state: "completed" });
  }
  expect(JSON.parse(await readFile(join(place, "run/run.json"), "utf8")).state).toBe("completed");
  expect((await readdir(join(place, "run"))).sort()).toEqual(["raw", "run.json"]);
});

const refusal = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => {
      throw new Error("it was not refused");
    },
    (error: unknown) =>
      isHoststackError(error) ? `${error.code}: ${error.message}` : String(error),
  );

test("a second run does not write over the first, while it goes on and afterwards", async () => {
  const first = await createRunDirectory(place);
  expect(await refusal(createRunDirectory(place))).toContain("OUTPUT_UNWRITABLE: a run goes on in");
  await first.save(record);
  expect(await refusal(reopenRunDirectory(place))).toContain("OUTPUT_UNWRITABLE: a run goes on in");
  await first[Symbol.asyncDispose]();
  expect(await refusal(createRunDirectory(place))).toContain("already holds a run");
});

/** The claim of a process that has ended: ids are given in turn, and this one started long ago. */
async function claimOfTheDead(): Promise<void> {
  const token = processToken().replace(/-\d+-/, "-1-");
  await writeFile(join(place, `.running-${token}`), hostname());
}

test("a run that was killed before its first record leaves its place to the next", async () => {
  await mkdir(join(place, "raw"));
  await claimOfTheDead();
  {
    await using directory = await createRunDirectory(place);
    await directory.save(record);
  }
  expect((await readdir(place)).sort()).toEqual(["raw", "run.json"]);
});

test("a run that was killed is reopened without what it was just writing", async () => {
  {
    await using directory = await createRunDirectory(place);
    await directory.save(record);
  }
  await claimOfTheDead();
  await writeFile(join(place, "run.json.4711.tmp"), "{");
  {
    await using reopened = (await reopenRunDirectory(place)).directory;
    const cut = await reopened.trialDirectory("v", 1);
    await writeFile(join(cut, "half.stdout"), "");
    expect(await readdir(await reopened.trialDirectory("v", 1))).toEqual([]);
  }
  expect((await readdir(place)).sort()).toEqual(["raw", "run.json"]);
  expect(await readRunRecord(place)).toEqual(record);
});

test.each([
  { what: "a container that shares this boot", other: "1-1-1", machine: hostname(), refused: true },
  { what: "another computer", other: "1-1-1-00000000", machine: "elsewhere", refused: true },
  { what: "this computer before its last boot", other: "1-1-1-00000000", machine: hostname() },
])("a claim of $what counts as it should", async ({ other, machine, refused = false }) => {
  const boot = processToken().split("-")[3];
  const token = other.split("-").length === 4 ? other : `${other}-${boot}`;
  await writeFile(join(place, `.running-${token}`), machine);
  const opening = createRunDirectory(place);
  if (refused) expect(await refusal(opening)).toContain("a run goes on in");
  else await (await opening)[Symbol.asyncDispose]();
});

test.each([
  { text: undefined, words: "holds no run" },
  { text: "{", words: "is no run record this version reads" },
  { text: '{"recordVersion":1}', words: "is no run record this version reads" },
])("what is no record is said so: $words", async ({ text, words }) => {
  if (text !== undefined) await writeFile(join(place, "run.json"), text);
  expect(await refusal(readRunRecord(place))).toContain(words);
  expect(await refusal(reopenRunDirectory(place))).toContain(words);
  expect(await readdir(place)).toEqual(text === undefined ? [] : ["run.json"]);
});

test("a place below a file is refused before anything runs", async () => {
  await writeFile(join(place, "file"), "");
  const refused = await checkWritable(join(place, "file", "run")).catch((error: unknown) => error);
  expect(isHoststackError(refused, "OUTPUT_UNWRITABLE")).toBe(true);
});

test("a record that breaks the schema is not written", async () => {
  await using directory = await createRunDirectory(place);
  const broken = { ...record, repetitions: 0 };
  await expect(directory.save(broken)).rejects.toThrow();
});
