import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openTestbed,
  runExperiment,
  runSeries,
  type Testbed,
  variantsNamed,
} from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ibSendBw, rdmaLab } from "../../src/index.js";

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({
    kind: "vm",
    hosts: ["client", "server"],
    recipe: rdmaLab.guest(),
  });
}, 600_000);
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

test("as a library: one RDMA measurement with its typed result", async () => {
  const trial = await runExperiment(
    ibSendBw,
    { messageBytes: 65_536, durationS: 4 },
    { testbed, directory: join(place, "library") },
  );
  const { throughputGbps, messageRatePerS } = trial.result;
  expect((throughputGbps ?? 0) * 1e9).toBeCloseTo((messageRatePerS ?? 0) * 65_536 * 8, -3);
  // what perftest counts must have gone through the RDMA device
  const sends = trial.counters.find(
    ({ host, name }) => host === "client" && name === "rdma.rxe0.1.rdma_sends",
  );
  expect(sends?.delta).toBeGreaterThanOrEqual(trial.result.report.rows[0]?.iterations ?? Infinity);
}, 120_000);

test("the quickstart measures all seven once, with CPU use per core of both guests", async () => {
  const variants = await variantsNamed(rdmaLab, "quickstart", {});
  const directory = join(place, "quickstart");
  const record = await runSeries({
    system: rdmaLab,
    variants,
    repetitions: 1,
    testbed,
    directory,
    signal: new AbortController().signal,
  });
  expect(record.trials).toHaveLength(7);
  for (const trial of record.trials) {
    expect(trial.verdict.state, JSON.stringify(trial.verdict)).not.toBe("invalid");
    if (!Array.isArray(trial.cpu)) throw new Error(`${trial.variant}: ${trial.cpu.unavailable}`);
    expect(trial.cpu.map(({ hosts }) => hosts)).toEqual([["client"], ["server"]]);
    expect(trial.cpu.every(({ cores }) => cores.length === 2)).toBe(true);
  }
  expect(record.testbed.evidence).toBe("guest");
  expect(JSON.parse(await readFile(join(directory, "run.json"), "utf8"))).toEqual(
    JSON.parse(JSON.stringify(record)),
  );
}, 300_000);
