import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExperiment } from "@hoststack/core";
import { isHoststackError } from "@hoststack/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mirrorOf } from "../../../../test/support/mirror.js";
import { neperBuild } from "../../src/index.js";
import { openTwoLinks, withDyingNic } from "../support/two-links.js";

const mirror = mirrorOf("google/neper");

describe.skipIf(mirror === undefined)("neper itself over two links", () => {
  let place: string;
  let lab: Awaited<ReturnType<typeof openTwoLinks>>;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    lab = await openTwoLinks(neperBuild, [mirror ?? ""]);
  });
  afterAll(async () => {
    await lab?.testbed[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });
  const context = (name: string) => ({ testbed: lab.testbed, directory: join(place, name) });
  const options = { links: 2, flows: 2, threads: 2, durationS: 3 };

  test.each(["tcp-stream", "udp-stream"] as const)("%s: rates of both links", async (name) => {
    const trial = await runExperiment(lab.experiments[name], options, context(name));
    const { links, throughputGbps } = trial.result;
    expect(links.map(({ perS }) => perS > 1e6)).toEqual([true, true]);
    process.stderr.write(`${name}: ${throughputGbps?.toFixed(2)} Gbit/s over two links\n`);
  });

  test.each(["tcp-rr", "tcp-crr", "udp-rr"] as const)("%s: rates and latencies", async (name) => {
    const trial = await runExperiment(lab.experiments[name], options, context(name));
    expect(trial.result.transactionsPerS).toBeGreaterThan(100);
    const latency = trial.samples.find(({ metric }) => metric === "latency.p99");
    expect(latency?.value).toBeGreaterThan(0);
    const { transactionsPerS } = trial.result;
    process.stderr.write(`${name}: ${transactionsPerS}/s, p99 ${latency?.value} s\n`);
  });

  test("what neper only complains about makes a trial invalid", async () => {
    const bogus = { ...options, set: "congestionControl=nosuch" };
    const run = runExperiment(lab.experiments["tcp-stream"], bogus, context("bogus"));
    await expect(run).rejects.toThrow(/lab1: the client complained: setsockopt\(TCP_CONGESTION\)/);
  });

  test("the server writes and the client reads", async () => {
    const reverse = { ...options, set: "reverse=true" };
    const trial = await runExperiment(lab.experiments["tcp-stream"], reverse, context("reverse"));
    expect(trial.result.links.every(({ perS }) => perS > 1e6)).toBe(true);
  });

  test("a second NIC that dies midway: which and when", async () => {
    const long = { ...options, durationS: 5 };
    const run = runExperiment(lab.experiments["tcp-stream"], long, context("dies"));
    const error = await withDyingNic(lab.testbed, 3000, run).catch((cause: unknown) => cause);
    if (!isHoststackError(error, "TRIAL_INVALID")) throw error;
    expect(error.message).toMatch(/lab1 of client\) carried nothing from .*lab1 of server is down/);
    expect(error.message).not.toContain("client-server (lab0");
    process.stderr.write(`${error.message}\n`);
  });

  test("PSP is refused by name where links have no IPv6", async () => {
    const run = runExperiment(lab.experiments["psp-stream"], options, context("psp"));
    await expect(run).rejects.toMatchObject({ code: "CAPABILITY_MISSING" });
  });
});
