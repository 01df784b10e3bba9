import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openTestbed,
  type RunRecord,
  runExperiment,
  runSeries,
  type Testbed,
  type Variant,
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

const run = (directory: string, variants: readonly Variant[]): Promise<RunRecord> =>
  runSeries({
    system: rdmaLab,
    variants,
    repetitions: 1,
    testbed,
    directory: join(place, directory),
    signal: new AbortController().signal,
  });

const named = async (name: string, options: object) =>
  (await variantsNamed(rdmaLab, name, { ...options })).at(0) as Variant;

let runs = 0;

/** The only trial of a run of one experiment. */
async function trialOf(name: string, options: object) {
  runs += 1;
  const [trial] = (await run(`${runs}-${name}`, [await named(name, options)])).trials;
  if (trial === undefined) throw new Error("a run of one variant has a trial");
  return trial;
}

const rulesOf = ({ verdict }: RunRecord["trials"][number]) =>
  verdict.reasons.map(({ rule }) => rule);

test("both guests tell what they are", async () => {
  const trial = await trialOf("orientation", {});
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
  const record = await run("reads", [
    await named("ib-read-bw", { durationS: 4 }),
    await named("ib-read-lat", { iterations: 200 }),
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
  const trial = await trialOf("ib-send-bw-parallel", options);
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

/** Kills the sender that the kernel keeps on CPU 1, which is the second one's, once it is there for a second. */
const killSecond = `
while :; do
  for place in /proc/[0-9]*; do
    { read -r name <"$place/comm"; } 2>/dev/null || continue
    [ "$name" = ib_send_bw ] || continue
    grep -qs '^Cpus_allowed_list:[[:space:]]*1$' "$place/status" || continue
    sleep 1
    exec kill -KILL "\${place#/proc/}"
  done
  sleep 0.2
done`;

test("a pair that dies ends the run and is named", async () => {
  const client = testbed.hosts.find(({ name }) => name === "client");
  const killing = client?.run({ argv: ["sh", "-c", killSecond] }, { deadlineMs: 60_000 });
  const running = trialOf("ib-send-bw-parallel", { processes: 2, durationS: 20 });
  const [trial] = await Promise.all([running, killing]);
  expect(trial.error?.code).toBe("PROCESS_DIED");
  expect(trial.error?.message).toMatch(/client-2 on client was ended by SIGKILL/);
  expect(trial.samples).toEqual([]);
}, 120_000);

test("three processes of a core each do not fit on two, which is told before anything runs", async () => {
  await expect(trialOf("ib-send-bw-parallel", { processes: 3 })).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    message: "client has 2 physical cores, too few for 3 processes with a core each",
  });
});

test("guests have no frequency governor, so clocks are not compared", async () => {
  const variants = await variantsNamed(rdmaLab, "slow-clock", {});
  await expect(run("slow-clock", variants)).rejects.toMatchObject({
    code: "PLAN_IMPOSSIBLE",
    message: expect.stringContaining("the CPUs show no frequency governor: a guest"),
  });
});

test("a bypass library that is not there gives no figure, though the tool succeeds", async () => {
  const trial = await trialOf("sockperf-throughput", { bypass: "vma", durationS: 2 });
  expect(trial.processes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(trial.samples).toEqual([]);
  expect(rulesOf(trial).filter((rule) => rule === "bypass.inactive")).toHaveLength(2);
  expect(JSON.stringify(trial.verdict)).toContain("server: libvma.so is not mapped");
}, 120_000);
