import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExperiment } from "@hoststack/core";
import { isHoststackError } from "@hoststack/tools";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { iperf3 } from "../../src/index.js";
import { standInBuild } from "../support/stand-in.js";
import { openTwoLinks, withDyingNic } from "../support/two-links.js";

let place: string;
let lab: Awaited<ReturnType<typeof openTwoLinks>>;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(place, "cache"));
  lab = await openTwoLinks(await standInBuild(place));
});
afterAll(async () => {
  await lab?.testbed[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});
const context = (name: string) => ({ testbed: lab.testbed, directory: join(place, name) });

test("streams over two links: each on its own NIC, the sum of both", async () => {
  const options = { links: 2, flows: 2, durationS: 2 };
  const trial = await runExperiment(lab.experiments["tcp-stream"], options, context("stream"));
  const { links, throughputGbps } = trial.result;
  expect(links.map(({ perS }) => perS > 1e6)).toEqual([true, true]);
  expect(throughputGbps).toBeCloseTo(links.reduce((sum, { perS }) => sum + perS, 0) / 1e9, 6);
  for (const [index, { perS }] of links.entries()) {
    const received = trial.counters.find(
      ({ host, name }) => host === "server" && name === `nic.lab${index}.rxBytes`,
    );
    expect(received?.delta).toBeGreaterThan(perS / 8);
  }
  const ports = trial.processes.map(({ argv }) => argv[argv.indexOf("--control-port") + 1]);
  expect(new Set(ports).size).toBe(2);
  expect(trial.window).toMatchObject({ durationS: expect.closeTo(2, 0) });
  const lines = lab.experiments["tcp-stream"].upstreamLines?.(
    trial,
    lab.testbed.links.map(({ name, mtuBytes, ends: [one, other] }) => ({
      ...{ name, mtuBytes },
      ends: [
        { ...one, addresses: [...one.addresses] },
        { ...other, addresses: [...other.addresses] },
      ],
    })),
  );
  expect(lines?.join("\n")).toMatch(
    /^\[lab0\] Throughput \(Mb\/s\): \d+\.\d\d\n\[lab1\] Throughput/,
  );
});

test("requests over two links", async () => {
  const options = { links: 2, durationS: 1 };
  const trial = await runExperiment(lab.experiments["tcp-rr"], options, context("rr"));
  expect(trial.result.transactionsPerS).toBeGreaterThan(100);
});

test("a second NIC that dies midway: which and when, and no figure", async () => {
  const options = { links: 2, durationS: 5 };
  const run = runExperiment(lab.experiments["tcp-stream"], options, context("dies"));
  const error = await withDyingNic(lab.testbed, 3000, run).catch((cause: unknown) => cause);
  if (!isHoststackError(error, "TRIAL_INVALID")) throw error;
  expect(error.message).toMatch(
    /client-server-1 \(lab1 of server, lab1 of client\) carried nothing from [2-5]\.\d s to \d+\.\d s of the trial; lab1 of server is down/,
  );
  expect(error.message).not.toMatch(/client-server \(lab0/);
});

test("iperf3 over two links", async () => {
  const trial = await runExperiment(iperf3, { links: 2, durationS: 2 }, context("iperf3"));
  const { links, throughputGbps } = trial.result;
  expect(links.map(({ received }) => (received?.bytes ?? 0) > 1e6)).toEqual([true, true]);
  expect(throughputGbps).toBeGreaterThan(0.01);
});

test("a program that is not there ends the run by its name", async () => {
  const run = runExperiment(lab.experiments["udp-rr"], { durationS: 1 }, context("absent"));
  await expect(run).rejects.toMatchObject({
    code: "SETUP_MISSING",
    message: "server has no udp_rr: neper is not built there",
  });
});
