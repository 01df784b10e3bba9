import type { TrialRecord } from "@hoststack/core";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import { keepResults, metricOf, runInGuests, spoiledBy } from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
keepResults();

const protocols = ["--sweep", "protocol=dcpim,tcp"];

/** Fails unless each of so many flows carried bytes, and nothing but other work on this computer is held against them. */
function expectFlows(trials: readonly TrialRecord[], flows: number): void {
  expect(trials).toHaveLength(2);
  for (const trial of trials) {
    expect(spoiledBy(trial), trial.variant).toEqual([]);
    expect(trial.processes.filter(({ id }) => id.endsWith("-client"))).toHaveLength(flows);
    expect(metricOf(trial, "goodput.slowestFlow"), trial.variant).toBeGreaterThan(1e5);
  }
}

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream in three guests and four",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("two clients send to one server over dcPIM and TCP", async () => {
      const { record } = await runInGuests("incast", "incast-hosts", ...protocols);
      expectFlows(record.trials, 2);
    }, 900_000);

    test("one client sends to two servers", async () => {
      const { record } = await runInGuests("out", "all-to-all", "--clients", "1", ...protocols);
      expectFlows(record.trials, 2);
    }, 900_000);

    test("three hosts send to each other", async () => {
      const { record } = await runInGuests("peers", "all-to-all-peers", ...protocols);
      expectFlows(record.trials, 6);
    }, 900_000);

    test("each of two clients sends to a server of its own", async () => {
      const { record } = await runInGuests("permutation", "permutation", ...protocols);
      expectFlows(record.trials, 2);
    }, 900_000);

    test("each of two clients sends to both servers", async () => {
      const { record } = await runInGuests("all-to-all", "all-to-all", ...protocols);
      expectFlows(record.trials, 4);
    }, 900_000);
  },
);
