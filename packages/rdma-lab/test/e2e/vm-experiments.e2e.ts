import type { RunRecord } from "@hoststack/core";
import { expect, test } from "vitest";
import { guestPair, variantOf } from "../support/guest-pair.js";

const guests = guestPair();

const rulesOf = ({ verdict }: RunRecord["trials"][number]) =>
  verdict.reasons.map(({ rule }) => rule);

test("both guests tell what they are", async () => {
  const trial = await guests.trialOf("orientation", {});
  expect(trial.verdict.state, JSON.stringify(trial.verdict)).not.toBe("invalid");
  const { answers } = trial.result as { answers: readonly { host: string; answer: string }[] };
  for (const host of ["client", "server"]) {
    const [cards, speed, cpus] = answers.filter((one) => one.host === host);
    expect(cards?.answer).toBe("lab0 (connected, rxe0 ACTIVE)");
    expect(speed?.answer).toMatch(/^lab0: 10\.0 Gbit\/s \(PCI [0-9a-f:.]+\)$/);
    expect(cpus?.answer).toContain("2 cores, 2 hardware threads");
  }
}, 120_000);

test("reads come back through the client's device, and their latency is a whole round trip", async () => {
  const record = await guests.run("reads", [
    await variantOf("ib-read-bw", { durationS: 4 }),
    await variantOf("ib-read-lat", { iterations: 200 }),
  ]);
  const [bandwidth, latency] = record.trials;
  for (const trial of record.trials) {
    expect(trial.verdict.state, JSON.stringify(trial.verdict)).not.toBe("invalid");
  }
  const metrics = (trial: typeof bandwidth) => trial?.samples.map(({ metric }) => metric);
  expect(metrics(bandwidth)).toContain("goodput");
  expect(metrics(latency)).toContain("roundTripLatency.p50");
  expect(metrics(latency)).not.toContain("oneWayLatency.p50");
}, 120_000);

test("sends side by side have a core and a port each, and their rates add up", async () => {
  const options = { processes: 2, messageBytes: 65_536, durationS: 7 };
  const trial = await guests.trialOf("ib-send-bw-parallel", options);
  const { pairs, messageRatePerS } = trial.result as {
    pairs: readonly { messagesPerS: number }[];
    messageRatePerS: number;
  };
  expect(pairs).toHaveLength(2);
  expect(messageRatePerS).toBe(pairs.reduce((sum, one) => sum + one.messagesPerS, 0));
  // how far apart busy emulated guests start is judged, not wished for
  const usual = [
    "windows.apart",
    "window.unseen",
    "perftest.too-few",
    "rdma.retries",
    "clock.unclear",
    "host.busy",
  ];
  expect(rulesOf(trial).filter((rule) => !usual.includes(rule))).toEqual([]);
  const lines = trial.processes.map(({ id, argv }) => `${id} ${argv.join(" ")}`);
  const pinned = lines
    .map((line) => /^(\S+) .*taskset -c (\d) ib_send_bw .*-p (\d+) /.exec(line)?.slice(1))
    .sort();
  const [port = ""] = pinned.map((one) => one?.[2]);
  expect(pinned).toEqual([
    ["client-1", "0", port],
    ["client-2", "1", String(Number(port) + 1)],
    ["server-1", "0", port],
    ["server-2", "1", String(Number(port) + 1)],
  ]);
}, 120_000);

test("a bypass library that is not there gives no figure, though the tool succeeds", async () => {
  const trial = await guests.trialOf("sockperf-throughput", { bypass: "vma", durationS: 2 });
  expect(trial.processes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(trial.samples).toEqual([]);
  expect(rulesOf(trial).filter((rule) => rule === "bypass.inactive")).toHaveLength(2);
  expect(JSON.stringify(trial.verdict)).toContain("server: libvma.so is not mapped");
}, 120_000);
