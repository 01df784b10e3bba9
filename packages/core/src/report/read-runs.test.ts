import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { constructedRun } from "./constructed-run.js";
import { readRuns } from "./read-runs.js";
import { renderReport } from "./report.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const { record } = constructedRun({ v: { trials: [{ value: 1e9 }] } });

/** Snapshots at 104, 105 and 107 s of the host's uptime; the window opens at 105 s. */
const snapshots = [104, 105, 107].map((uptimeS) => {
  const ticks = uptimeS * 100;
  const counts = `${uptimeS * 1e6} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0`;
  const files = {
    "/proc/uptime": `${uptimeS}.00 0.00`,
    "/proc/stat": `cpu  ${ticks} 0 0 0 0 0 0 0 0 0\ncpu0 ${ticks} 0 0 0 0 0 0 0 0 0`,
    "/proc/net/dev": `Inter-| Receive | Transmit\n face |bytes\n  lab0: ${counts}`,
  };
  return JSON.stringify({ kind: "tick", uptimeS, askedMs: 0, answeredMs: 0, files });
});

async function runDirectory(name: string, changed: object, lines = snapshots): Promise<string> {
  const directory = join(place, name);
  await mkdir(join(directory, "raw", "v", "1"), { recursive: true });
  await writeFile(join(directory, "run.json"), JSON.stringify({ ...record, ...changed }));
  const file = join(directory, "raw", "v", "1", "client.snapshots.ndjson");
  await writeFile(file, `${lines.join("\n")}\n`);
  return directory;
}

test("a run is read by its directory or its record, with what its samplers saw", async () => {
  const directory = await runDirectory("one", {});
  const [run] = await readRuns([directory]);
  expect(await readRuns([join(directory, "run.json")])).toEqual([run]);
  const [timeline] = run?.timelines ?? [];
  expect(timeline).toMatchObject({ variant: "v", repetition: 1, host: "client" });
  expect(timeline?.busyCpus.map(({ value }) => value)).toEqual([1, 1]);
  expect(timeline?.busyCpus[1]?.fromS).toBeCloseTo(0, 1);
  const page = renderReport(run === undefined ? [] : [run]);
  expect(page).toContain("CPUs busy over time, client + server");
  expect(page).toContain("measuring window, 2.00 s");
  expect(page).toContain("Rate of lab0 over time, client");
});

test("runs of one id are told apart by their places", async () => {
  const [a, b] = [await runDirectory("a", {}), await runDirectory("b", {})];
  expect((await readRuns([a, b])).map(({ name }) => name)).toEqual([a, b]);
  const other = await runDirectory("c", { id: "another" });
  expect((await readRuns([a, other])).map(({ name }) => name)).toEqual(["a run", "another"]);
});

test("half a line, which a killed run may leave, is passed over", async () => {
  const directory = await runDirectory("cut", {}, [...snapshots, '{"kind":"tick","uptimeS":1']);
  const [run] = await readRuns([directory]);
  expect(run?.timelines).toHaveLength(1);
});

test("names in a record do not lead out of its directory", async () => {
  const directory = await runDirectory("deep", {});
  const trials = record.trials.map((trial) => ({ ...trial, variant: "../../deep/raw/v" }));
  const evil = await runDirectory("evil", { trials });
  expect(directory).toBe(join(place, "deep"));
  expect((await readRuns([evil]))[0]?.timelines).toEqual([]);
});

test("a record that does not say where its window lies has no timeline", async () => {
  const trials = record.trials.map((trial) => ({ ...trial, window: { unavailable: "not seen" } }));
  const directory = await runDirectory("old", { trials });
  const [run] = await readRuns([directory]);
  expect(run?.timelines).toEqual([]);
  expect(renderReport(run === undefined ? [] : [run])).toContain("No measuring window: not seen.");
});

test("a record of another version is refused with both versions", async () => {
  const directory = await runDirectory("new", { recordVersion: 99 });
  await expect(readRuns([directory])).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: expect.stringMatching(/it is of record version 99, and this is for version 1$/),
  });
});
