import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alive, descendants, start, until } from "../support/cli-process.js";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Starts a run of 50 trials of 2 s each and waits until some words about it are on stderr. */
const startLong = async (out: string, words: RegExp) => {
  const argv = "run sockperf-throughput --testbed netns --duration-s 2 --repeat 50".split(" ");
  const { child, exit } = start([...argv, "--out", out]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  child.stdout.resume();
  await until(() => words.test(said), 60_000);
  await sleep(1500);
  const below = await descendants(child.pid ?? 0);
  expect(below.length).toBeGreaterThan(2);
  return { child, exit, below, said: () => said };
};

const stateOf = async (out: string) => JSON.parse(await readFile(join(out, "run.json"), "utf8"));

test.each([
  { signal: "SIGINT", words: /2\/50/, trials: 1 },
  { signal: "SIGTERM", words: /1\/50/, trials: 0 },
  { signal: "SIGHUP", words: /1\/50/, trials: 0 },
] as const)(
  "$signal ends a run with 130, keeps what was measured and leaves no process",
  async ({ signal, words, trials }) => {
    const out = join(place, signal);
    const { child, exit, below, said } = await startLong(out, words);
    child.kill(signal);
    expect(await exit).toBe(130);
    expect(await alive(below)).toEqual([]);
    const record = await stateOf(out);
    expect(record.state).toBe("interrupted");
    expect(record.trials).toHaveLength(trials);
    expect(said()).toContain(`stopped by ${signal} [INTERRUPTED]`);
    expect(said()).toContain(`record and raw outputs until then: ${out}`);
  },
);

test("a second signal ends a run at once, and no process is left", async () => {
  const { child, exit, below, said } = await startLong(join(place, "twice"), /1\/50/);
  child.kill("SIGINT");
  await until(() => said().includes("a second signal ends it at once"), 10_000);
  child.kill("SIGINT");
  expect(await exit).toBe(130);
  await until(async () => (await alive(below)).length === 0, 10_000);
});

test.each(["stderr", "stdout"] as const)(
  "a run goes on when nobody reads its %s",
  async (closed) => {
    const out = join(place, `closed-${closed}`);
    const argv = "run iperf3 --testbed netns --duration-s 1 --repeat 1".split(" ");
    const { child, exit } = start([...argv, "--out", out]);
    const other = closed === "stderr" ? child.stdout : child.stderr;
    child[closed].destroy();
    const [said, code] = await Promise.all([text(other), exit]);
    const record = await stateOf(out);
    expect(record.state).toBe("completed");
    const state = record.trials[0].verdict.state as "valid" | "suspect" | "invalid";
    expect(code).toBe({ valid: 0, suspect: 5, invalid: 1 }[state]);
    expect(said).toContain(closed === "stderr" ? "iperf3 TCP goodput" : `raw outputs: ${out}`);
    expect(said).not.toContain("EPIPE");
  },
);

test("kill -9 of a run between namespaces leaves no process", async () => {
  const argv = "run sockperf-throughput --testbed netns --duration-s 5 --repeat 5".split(" ");
  const { child } = start([...argv, "--out", join(place, "killed")]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  child.stdout.resume();
  await until(() => /1\/5/.test(said), 60_000);
  await sleep(2500);
  const below = await descendants(child.pid ?? 0);
  expect(below.length).toBeGreaterThan(2);
  child.kill("SIGKILL");
  await until(async () => (await alive(below)).length === 0, 10_000);
});
