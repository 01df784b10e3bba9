import { expect, test } from "vitest";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import { readEthtoolFacts } from "./ethtool-facts.js";
import { hostFacts } from "./host-facts.js";
import { readToolFacts } from "./tool-facts.js";

const answer = (rest: Partial<BatchResult>): BatchResult => ({
  command: { argv: ["x"] },
  ...{ exitCode: 0, stdout: "", stderr: "" },
  ...rest,
});
const signal = new AbortController().signal;

test("a card tells driver, firmware, offloads and settings; what it lacks says why", () => {
  const facts = readEthtoolFacts([
    answer({
      stdout: "driver: mlx5_core\nversion: 6.1\nfirmware-version: 16.35.2000\nbus-info:\n",
    }),
    answer({
      stdout:
        "Features for ens1:\ntcp-segmentation-offload: on\nrx-checksumming: on [fixed]\nlarge-receive-offload: off\nloopback: off [fixed]\n",
    }),
    answer({ exitCode: 1, stderr: "netlink error: Operation not supported\n" }),
    answer({ exitCode: 127, stderr: "sh: ethtool: not found" }),
    answer({ stdout: "what is this?" }),
  ]);
  expect(facts).toEqual({
    nicDriver: "mlx5_core",
    nicDriverVersion: "6.1",
    nicFirmware: "16.35.2000",
    nicBus: "unavailable: the card is on no bus",
    nicOffloads:
      "on: tcp-segmentation-offload; always on: rx-checksumming; off: large-receive-offload",
    nicRings: "unavailable: netlink error: Operation not supported",
    nicChannels: "unavailable: the host has no ethtool",
    nicCoalescing: expect.stringMatching(/^unavailable: \w/),
    nicPause: "unavailable: it was not asked for",
  });
});

test("programs tell their versions on either stream, and packages theirs", () => {
  const tools = ["iperf3", "sockperf", "mute", "gone"].map((program) => ({
    program,
    debianPackage: program,
  }));
  const facts = readToolFacts(tools, [
    answer({ stdout: "iperf3 3.12-1+deb12u1\n", exitCode: 1, stderr: "no packages found" }),
    answer({ stdout: "iperf 3.12 (cJSON 1.7.15)\nLinux node7 6.1\n" }),
    answer({ stderr: "\nsockperf, version 3.7\n", exitCode: 1 }),
    answer({ stdout: "usage: mute FILE\n" }),
    answer({ exitCode: 127, stderr: "line 1: gone: not found" }),
  ]);
  expect(facts).toEqual({
    "tool iperf3": "iperf 3.12 (cJSON 1.7.15); package iperf3 3.12-1+deb12u1",
    "tool sockperf": "sockperf, version 3.7",
    "tool mute": "unavailable: it does not tell its version",
    "tool gone": "unavailable: it does not tell its version",
  });
});

test.skipIf(process.platform !== "linux")(
  "a real host answers, also of a card it does not have",
  async () => {
    await using host = openHost({
      ...{ name: "here", machine: { id: "here" } },
      transport: openLocalTransport(),
    });
    const tools = [{ program: "grep", debianPackage: "grep" }];
    const facts = await hostFacts(host, { nic: "no-such-card", tools }, signal);
    expect(facts["nicDriver"]).toMatch(/^unavailable: \w/);
    expect(facts["tool grep"]).toMatch(/\d/);
    expect(facts["net.ipv4.tcp_rmem"]).toMatch(/^\d+ \d+ \d+$/);
  },
);

test("a program that hangs when asked for its version stops no run", async () => {
  const batch = async () => {
    throw hoststackError("COMMAND_TIMED_OUT", "late");
  };
  const facts = await hostFacts(
    { batch } as unknown as Host,
    { nic: "lab0", tools: [{ program: "slow", debianPackage: "slow" }] },
    signal,
  );
  expect(facts["tool slow"]).toBe("unavailable: it did not answer in time");
  for (const [name, fact] of Object.entries(facts)) {
    if (name !== "nic") expect(fact).toMatch(/^unavailable: /);
  }
});
