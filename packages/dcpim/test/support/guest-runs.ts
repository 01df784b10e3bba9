import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord, TrialRecord } from "@hoststack/core";
import { afterAll, beforeAll, expect } from "vitest";
import { main } from "../../src/main.js";

let place: string;

/** Has a directory for results as long as the tests of a file run. */
export function keepResults(): void {
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  });
  afterAll(async () => {
    await rm(place, { recursive: true, force: true });
  });
}

/** A busy machine makes a trial suspect (5), which is no matter here. */
export const measured = [0, 5];

/** Runs something in two guests, once; told is what it ended with. */
export async function runInGuests(name: string, ...argv: string[]) {
  const out = join(place, name);
  const code = await main(["run", ...argv, "--testbed", "vm", "--repeat", "1", "--out", out]);
  const text = await readFile(join(out, "run.json"), "utf8");
  return { code, record: JSON.parse(text) as RunRecord };
}

/** A run whose trials all have to be good. */
export async function goodRun(name: string, ...argv: string[]): Promise<readonly TrialRecord[]> {
  const { code, record } = await runInGuests(name, ...argv);
  const told = JSON.stringify(record.trials.map(({ verdict }) => verdict));
  expect(measured, told).toContain(code);
  for (const { verdict } of record.trials) {
    expect(verdict.reasons.filter(({ state }) => state === "invalid")).toEqual([]);
  }
  return record.trials;
}

/** The value of a metric of a trial. */
export const metricOf = ({ samples }: Pick<TrialRecord, "samples">, metric: string): number =>
  samples.find((one) => one.metric === metric)?.value ?? Number.NaN;
