import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import type { RunningProcess } from "../../src/host/transport.js";
import { openTestbed, type Testbed } from "../../src/index.js";
import { Sampling } from "../../src/metrics/sampling.js";

let testbed: Testbed;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
});
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function client(): Host {
  const [host] = testbed.hosts;
  if (host === undefined) throw new Error("the testbed has no host");
  return host;
}

/** Busy CPUs of the machine within an interval. */
function busyCpus(sampling: Sampling, [fromMs, toMs]: readonly [number, number]): number {
  const cpu = sampling.cpu(fromMs, toMs);
  if ("unavailable" in cpu) throw new Error(cpu.unavailable);
  expect(cpu).toHaveLength(1);
  return cpu[0]?.busyCpus ?? Number.NaN;
}

/** Marks the begin and the end of something, with a snapshot at each. */
async function within(sampling: Sampling, work: () => Promise<unknown>) {
  sampling.tick();
  const fromMs = performance.now();
  await work();
  sampling.tick();
  return [fromMs, performance.now()] as const;
}

test("a busy loop shows inside its window and not outside", async () => {
  await using sampling = await Sampling.begin(testbed.hosts, { directory });
  const quiet = await within(sampling, () => sleep(1000));
  const busy = await within(sampling, () =>
    client().run(
      { argv: ["sh", "-c", "while :; do :; done"] },
      { deadlineMs: 2000, reject: false },
    ),
  );
  await sampling.end();
  const [idle, loaded] = [busyCpus(sampling, quiet), busyCpus(sampling, busy)];
  // another program may have this machine's other CPUs, so only what the loop adds is sure
  expect(loaded).toBeGreaterThanOrEqual(0.8);
  if (idle < 0.5) expect(loaded).toBeGreaterThan(1.5 * idle);
});

test("clocks of the same machine are found equal, also in a trial of half a second", async () => {
  await using sampling = await Sampling.begin(testbed.hosts, { directory });
  await sleep(500);
  await sampling.end();
  const clocks = sampling.clocks();
  expect(clocks.map((clock) => clock.host)).toEqual(["client", "server"]);
  for (const { rateError, rateErrorBound } of clocks) {
    expect(Math.abs(rateError)).toBeLessThanOrEqual(rateErrorBound);
    expect(rateErrorBound).toBeLessThan(0.01);
  }
});

test("counters of both ends grow by what crosses the link", async () => {
  await using sampling = await Sampling.begin(testbed.hosts, { directory });
  const address = testbed.links[0]?.ends[1].addresses[0] ?? "";
  await client().run({ argv: ["ping", "-q", "-c", "5", "-i", "0.1", "-s", "1000", address] });
  await sampling.end();
  for (const host of ["client", "server"]) {
    const grown = sampling.counters().find((one) => {
      return one.host === host && one.name === "nic.lab0.rxBytes";
    });
    expect(grown?.delta).toBeGreaterThanOrEqual(5 * 1000);
  }
});

test("a sampler that is killed ends the sampling at once, and says so", async () => {
  const started: RunningProcess[] = [];
  const host: Host = {
    ...client(),
    start: async (command, options) => {
      const process = await client().start(command, options);
      started.push(process);
      return process;
    },
  };
  await using sampling = await Sampling.begin([host], { directory });
  await started[0]?.kill("SIGKILL");
  await started[0]?.exit;
  const before = performance.now();
  await expect(sampling.end()).rejects.toMatchObject({
    code: "PROCESS_DIED",
    message: "the sampler on client was ended by SIGKILL",
  });
  expect(performance.now() - before).toBeLessThan(1000);
});
