import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runExperiment, variantsNamed } from "@hoststack/core";
import { expect, test } from "vitest";
import { ibSendBw, rdmaLab } from "../../src/index.js";
import { guestPair } from "../support/guest-pair.js";

const guests = guestPair();

test("as a library: one RDMA measurement with its typed result", async () => {
  const trial = await runExperiment(
    ibSendBw,
    { messageBytes: 65_536, durationS: 4 },
    { testbed: guests.testbed(), directory: guests.place("library") },
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
  const record = await guests.run("quickstart", variants);
  expect(record.trials).toHaveLength(7);
  for (const trial of record.trials) {
    expect(trial.verdict.state, JSON.stringify(trial.verdict)).not.toBe("invalid");
    if (!Array.isArray(trial.cpu)) throw new Error(`${trial.variant}: ${trial.cpu.unavailable}`);
    expect(trial.cpu.map(({ hosts }) => hosts)).toEqual([["client"], ["server"]]);
    expect(trial.cpu.every(({ cores }) => cores.length === 2)).toBe(true);
  }
  expect(record.testbed.evidence).toBe("guest");
  expect(JSON.parse(await readFile(join(guests.place("quickstart"), "run.json"), "utf8"))).toEqual(
    JSON.parse(JSON.stringify(record)),
  );
}, 300_000);

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
  const client = guests.testbed().hosts.find(({ name }) => name === "client");
  const killing = client?.run({ argv: ["sh", "-c", killSecond] }, { deadlineMs: 60_000 });
  const running = guests.trialOf("ib-send-bw-parallel", { processes: 2, durationS: 20 });
  const [trial] = await Promise.all([running, killing]);
  expect(trial.error?.code).toBe("PROCESS_DIED");
  expect(trial.error?.message).toMatch(/client-2 on client was ended by SIGKILL/);
  expect(trial.samples).toEqual([]);
}, 120_000);

test("three processes of a core each do not fit on two, which is told before anything runs", async () => {
  await expect(guests.trialOf("ib-send-bw-parallel", { processes: 3 })).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    message: "client has 2 physical cores, too few for 3 processes with a core each",
  });
});

test("guests have no frequency governor, so clocks are not compared", async () => {
  const variants = await variantsNamed(rdmaLab, "slow-clock", {});
  await expect(guests.run("slow-clock", variants)).rejects.toMatchObject({
    code: "PLAN_IMPOSSIBLE",
    message: expect.stringContaining("the CPUs show no frequency governor: a guest"),
  });
});
