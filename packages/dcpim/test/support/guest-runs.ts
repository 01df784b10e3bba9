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

/** Runs something in two guests, once. Told is the exit code as well. */
export async function runInGuests(name: string, ...argv: string[]) {
  const out = join(place, name);
  const code = await main(["run", ...argv, "--testbed", "vm", "--repeat", "1", "--out", out]);
  const text = await readFile(join(out, "run.json"), "utf8");
  return { code, record: JSON.parse(text) as RunRecord };
}

/** What a machine that is busy with something else makes of messages; a trial says it of itself. */
const byBusyMachine = ["latency.saturated", "clock.offset", "flow.long", "flow.short"];

/** Rules that made a trial invalid, but for those of a busy machine where it was one. */
export function spoiledBy({ verdict }: Pick<TrialRecord, "verdict">): string[] {
  const busy = verdict.reasons.some(({ rule }) => rule === "host.busy");
  return verdict.reasons
    .filter(({ state, rule }) => state === "invalid" && !(busy && byBusyMachine.includes(rule)))
    .map(({ rule }) => rule);
}

/** Fails unless messages were measured. */
function expectMessages(trial: TrialRecord): void {
  expect(spoiledBy(trial)).toEqual([]);
  expect(metricOf(trial, "oneWayLatency.p50")).toBeGreaterThan(1e-6);
  expect(metricOf(trial, "clockError")).toBeGreaterThan(0);
  expect(metricOf(trial, "messageRate")).toBeGreaterThan(10);
}

/** Fails unless every trial of the quickstart was measured. */
export function expectQuickstart({ trials }: Pick<RunRecord, "trials">): void {
  const kinds = ["long", "iperf3", "incast", "round-trip", "messages"];
  expect(trials.map(({ variant }) => variant)).toEqual([
    ...kinds.flatMap((kind) => [`dcpim-${kind}`, `tcp-${kind}`]),
    "tcp-messages-each",
  ]);
  for (const trial of trials) {
    if (trial.variant.includes("messages")) {
      expectMessages(trial);
      continue;
    }
    expect(spoiledBy(trial), trial.variant).toEqual([]);
    if (trial.variant.endsWith("round-trip")) {
      expect(metricOf(trial, "roundTripLatency.p50")).toBeGreaterThan(1e-5);
    } else expect(metricOf(trial, "goodput")).toBeGreaterThan(1e6);
  }
}

/** The value of a metric of a trial. */
export const metricOf = ({ samples }: Pick<TrialRecord, "samples">, metric: string): number =>
  samples.find((one) => one.metric === metric)?.value ?? Number.NaN;
