import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestbed, runExperiment, type Testbed } from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { iperf3, sockperfPingPong, sockperfThroughput } from "../../src/index.js";

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
});
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

const context = (name: string) => ({ testbed, directory: join(place, name) });

const protocols = ["tcp", "udp"] as const;

test.each(protocols)("sockperf %s throughput: what was sent crossed the pair", async (protocol) => {
  const trial = await runExperiment(
    sockperfThroughput,
    { protocol, messageBytes: 1472, durationS: 1 },
    context(`throughput-${protocol}`),
  );
  const { throughputGbps, server } = trial.result;
  const crossed = trial.counters.find(
    ({ host, name }) => host === "server" && name === "nic.lab0.rxBytes",
  );
  // headers come on top of the payload, so the NIC saw at least as much
  expect(crossed?.delta).toBeGreaterThan(server.messagesReceived * 1472);
  expect(throughputGbps).toBeGreaterThan(0);
  expect(trial.window).toMatchObject({ durationS: expect.closeTo(1, 0) });
  expect(Array.isArray(trial.cpu)).toBe(true);
});

test.each(protocols)(
  "sockperf %s ping-pong: half a round trip, within bounds",
  async (protocol) => {
    const options = { protocol, durationS: 1 };
    const trial = await runExperiment(sockperfPingPong, options, context(`ping-pong-${protocol}`));
    const { oneWayLatencyUs, latency } = trial.result;
    expect(oneWayLatencyUs).toBeGreaterThanOrEqual(latency.minUs);
    expect(oneWayLatencyUs).toBeLessThanOrEqual(latency.maxUs);
    const median = trial.samples.find(({ metric }) => metric === "oneWayLatency.p50");
    expect(median).toMatchObject({ unit: "s", definition: "RTT/2" });
    expect(median?.value).toBeCloseTo((oneWayLatencyUs ?? 0) / 1e6, 9);
  },
);

test.each(protocols)("iperf3 over %s: the receiver's goodput", async (protocol) => {
  const trial = await runExperiment(
    iperf3,
    { protocol, durationS: 1, ...(protocol === "udp" ? { mbitPerS: 20 } : {}) },
    context(`iperf3-${protocol}`),
  );
  expect(trial.result.throughputGbps).toBeGreaterThan(0.01);
  expect(trial.window).toMatchObject({ durationS: 1 });
});
