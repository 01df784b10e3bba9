import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestbed, runExperiment, type Testbed } from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type NamespaceServers,
  openNamespaceServers,
} from "../../../core/test/support/namespace-servers.js";
import { ibSendLat, iperf3, sockperfThroughput } from "../../src/index.js";

const root = process.getuid?.() === 0;

describe.skipIf(!root)("experiments between hosts of a testbed file, through SSH", () => {
  let servers: NamespaceServers;
  let testbed: Testbed;
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    servers = await openNamespaceServers();
    const path = await servers.put(
      "lab.yaml",
      `version: 1
hosts:
  left: { ssh: { destination: client, config: ./config } }
  right: { ssh: { destination: server, config: ./config, carrier: openssh } }
links:
  - { name: data, ends: [{ host: left, nic: lab0 }, { host: right, nic: lab0 }] }
evidence: namespace
roles: { client: right, server: left }
`,
    );
    testbed = await openTestbed({ kind: "file", path });
  });
  afterAll(async () => {
    await testbed?.[Symbol.asyncDispose]();
    await servers?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });

  test("sockperf: what arrived crossed the server's data card", async () => {
    const trial = await runExperiment(
      sockperfThroughput,
      { messageBytes: 1472, durationS: 1 },
      { testbed, directory: join(place, "sockperf") },
    );
    const { throughputGbps, server } = trial.result;
    const crossed = trial.counters.find(
      ({ host, name }) => host === "left" && name === "nic.lab0.rxBytes",
    );
    expect(crossed?.delta).toBeGreaterThan(server.messagesReceived * 1472);
    expect(throughputGbps).toBeGreaterThan(0);
  });

  test("iperf3: the receiver's goodput", async () => {
    const trial = await runExperiment(
      iperf3,
      { durationS: 1 },
      { testbed, directory: join(place, "iperf3") },
    );
    expect(trial.result.throughputGbps).toBeGreaterThan(0.01);
    expect(trial.processes.map(({ id, host }) => `${id} on ${host}`)).toEqual([
      "server on left",
      "client on right",
    ]);
  });

  test("RDMA is said to be missing, on which card, and how to get it", async () => {
    const running = runExperiment(ibSendLat, {}, { testbed, directory: join(place, "rdma") });
    await expect(running).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
      message: expect.stringContaining('ib-send-lat needs "rdma": left has no RDMA device on lab0'),
      remedy: expect.stringContaining("rdma link add rxe0 type rxe netdev lab0"),
    });
  });
});
