import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../support/cli-process.js";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  // one after the other: both would use the same CPUs
  for (const [name, rate] of [
    ["fast", "200"],
    ["slow", "50"],
  ] as const) {
    const line = `run iperf3 --testbed netns --duration-s 2 --repeat 2 --protocol udp --mbit-per-s ${rate}`;
    const { code, stderr } = await run([...line.split(" "), "--out", join(place, name)]);
    if (code !== 0 && code !== 5) throw new Error(stderr);
  }
});
afterAll(() => rm(place, { recursive: true, force: true }));

const readRecord = async (name: string): Promise<RunRecord> =>
  JSON.parse(await readFile(join(place, name, "run.json"), "utf8"));

test("the report of a real run holds its figures, its window, its CPUs and its commands", async () => {
  const directory = join(place, "fast");
  const { code, stdout, stderr } = await run(["report", directory]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(directory, "report.html")}\n` });
  expect(stderr).toContain("1 measurement, 2 trials:");
  const page = await readFile(join(directory, "report.html"), "utf8");
  const record = await readRecord("fast");
  expect(page).toContain("goodput in Mbit/s, higher is better");
  // a busy computer may leave no trial valid, and then there is no such mean
  const valid = record.trials.some(({ verdict }) => verdict.state === "valid");
  expect(page.includes("CPU use by CPU, client + server")).toBe(valid);
  expect(page).toContain("Rate of lab0 over time, server");
  expect(page).toContain(">measuring window, ");
  expect(page).toContain(record.machines[0]?.facts["kernel"]);
  expect(page).toContain(record.machines[0]?.facts["bootId"]);
  for (const { processes } of record.trials) {
    for (const { argv } of processes) expect(page).toContain(`<code>${argv.join(" ")}</code>`);
  }
  expect(page).not.toMatch(/https?:|<script/);
});

test("a report replaces its own earlier one, and no other file", async () => {
  const directory = join(place, "fast");
  const file = join(directory, "report.html");
  await run(["report", directory]);
  const first = await readFile(file, "utf8");
  expect((await run(["report", join(directory, "run.json")])).code).toBe(0);
  expect(await readFile(file, "utf8")).toBe(first);
  const mine = join(place, "thesis.html");
  await writeFile(mine, "years of work");
  const refused = await run(["report", directory, "--out", mine]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--force");
  expect(await readFile(mine, "utf8")).toBe("years of work");
});

test("several runs are one report that says what differed", async () => {
  const out = join(place, "both.html");
  const names = ["fast", "slow"].map((name) => join(place, name));
  expect((await run(["report", ...names, "--out", out])).code).toBe(0);
  const page = await readFile(out, "utf8");
  expect(page).toContain("Options that are not the same in all measurements");
  for (const text of ["mbitPerS", "<td>200</td>", "<td>50</td>"]) expect(page).toContain(text);
});

test("a run is as good as itself; other options are not compared", async () => {
  const [fast, slow] = [join(place, "fast"), join(place, "slow")];
  const valid = (await readRecord("fast")).trials.every(({ verdict }) => verdict.state === "valid");
  const same = await run(["compare", fast, fast, "--json"]);
  const { metrics, outcome } = JSON.parse(same.stdout);
  const goodput = metrics.find((one: { metric: string }) => one.metric === "goodput");
  expect(goodput.verdict).toBe(valid ? "no difference" : "not comparable");
  expect([same.code, outcome]).toEqual(valid ? [0, "passed"] : [5, "partial"]);
  const other = await run(["compare", fast, slow]);
  expect(other.code).toBe(5);
  expect(other.stdout).toContain("options differ: mbitPerS 200 / 50");
  expect(other.stderr).toBe("nothing could be compared\n");
});

/** A run directory with a copy of the record, as it would be had every figure been another. */
async function scaledRun(factor: number): Promise<string> {
  const record = await readRecord("fast");
  const trials = record.trials.map((trial, index) => ({
    ...trial,
    verdict: { state: "valid", reasons: [] },
    samples: trial.samples.map((one) => ({ ...one, value: factor * (1000 + index) })),
  }));
  const directory = await mkdtemp(join(place, "copy-"));
  await writeFile(join(directory, "run.json"), JSON.stringify({ ...record, trials }));
  return directory;
}

test("a regression ends with 6, unless the threshold allows for it", async () => {
  const directories = [await scaledRun(1), await scaledRun(0.9)];
  const found = await run(["compare", ...directories]);
  expect(found.code).toBe(6);
  expect(found.stderr).toBe("regression: 1 of 1 metrics marked * is worse by more than 5 %\n");
  expect(found.stdout).toMatch(/\* goodput \(higher is better\) .* -10\.0 %/);
  expect((await run(["compare", ...directories, "--threshold", "15"])).code).toBe(0);
  expect((await run(["compare", ...[...directories].reverse()])).code).toBe(0);
});

test("what is no run is one clear error", async () => {
  const { code, stdout, stderr } = await run(["report", place]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`${place} holds no run [OPTIONS_INVALID]`);
  expect((await run(["report"])).stderr).toContain("report needs the directory of a run");
  expect((await run(["reprot", place])).stderr).toContain('did you mean "report"');
});
