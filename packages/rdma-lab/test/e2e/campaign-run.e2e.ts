import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readRunRecord } from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordIn } from "../support/campaign-places.js";
import { bin, run, until } from "../support/cli-process.js";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

const sweep = "run iperf3 --duration-s 1 --sweep parallel=1,2 --repeat 2 --seed 7".split(" ");

/** A process group of its own, as a shell gives a command, so that it can be signalled as a terminal does. */
function startGroup(argv: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...argv], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdout.resume();
  return { child, exit, said: text(child.stderr) };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s leaves a readable part that only the same campaign goes on with",
  async (signal) => {
    const out = join(place, signal);
    const { child, exit, said } = startGroup([...sweep, "--testbed", "netns", "--out", out]);
    await until(async () => ((await recordIn(out))?.trials.length ?? 0) > 0, 60_000);
    // Ctrl-C goes to every process of the foreground, SIGTERM to the one that is named
    process.kill(signal === "SIGINT" ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
    expect(await exit).toBe(130);
    expect(await said).toContain(`run --resume ${out}`);
    const part = await readRunRecord(out);
    expect(part.state).toBe("interrupted");
    expect(part.trials.length + (part.notRun?.length ?? 0)).toBe(4);

    const other = await run(["run", "iperf3", "--duration-s", "2", "--seed", "8", "--resume", out]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("seed: 7 then, 8 now");
    expect(other.stderr).toContain("repetitions: 2 then, 3 now");
    expect(await readRunRecord(out)).toEqual(part);

    const rest = await run(["run", "--resume", out, "--json"]);
    const whole = await readRunRecord(out);
    expect(rest.stderr).toContain(`${part.trials.length} more are recorded already`);
    expect(JSON.parse(rest.stdout)).toEqual(whole);
    expect(whole).toMatchObject({ state: "completed", campaign: { name: "iperf3", seed: 7 } });
    expect(whole.trials.slice(0, part.trials.length)).toEqual(part.trials);
    expect(whole.trials).toHaveLength(4);
    expect(whole.sessions?.map(({ firstTrial }) => firstTrial)).toEqual([0, part.trials.length]);
    expect((await run(["run", "--resume", out])).stderr).toContain("is complete");
  },
);

test("a campaign file gives its matrix, a seeded order, intervals and events", async () => {
  const file = join(place, "sizes.yaml");
  await writeFile(
    file,
    `version: 1
name: sizes
repeat: 2
seed: 11
experiments:
  - experiment: iperf3
    id: flows
    options: { durationS: 1 }
    sweep: { parallel: [1, 2] }
  - experiment: sockperf-throughput
    options: { durationS: 1 }
`,
  );
  const planned = JSON.parse(
    (await run(["run", file, "--testbed", "netns", "--dry-run", "--json"])).stdout,
  );
  const out = join(place, "sizes");
  const { stdout, stderr, code } = await run([
    "run",
    file,
    "--testbed",
    "netns",
    "--ndjson",
    "--out",
    out,
  ]);
  expect([0, 5], stderr).toContain(code);
  const record = await readRunRecord(out);
  expect(record.variants.map(({ id }) => id)).toEqual([
    "flows.parallel-1",
    "flows.parallel-2",
    "sockperf-throughput",
  ]);
  for (const block of [record.trials.slice(0, 3), record.trials.slice(3)]) {
    expect(new Set(block.map(({ variant }) => variant)).size).toBe(3);
  }
  const lines = stdout.trimEnd().split("\n");
  expect(await readFile(join(out, "events.ndjson"), "utf8")).toBe(stdout);
  const events = lines.map((line) => JSON.parse(line));
  const ends = events.filter(({ kind }) => kind === "trial.end");
  expect(ends.map(({ variant, verdict }) => ({ variant, verdict }))).toEqual(
    record.trials.map(({ variant, verdict }) => ({ variant, verdict: verdict.state })),
  );
  expect(events.find(({ kind }) => kind === "run.end")).toMatchObject({
    kind: "run.end",
    state: "completed",
    recorded: 6,
    notRun: 0,
  });
  const row = record.summary.find(({ valid }) => valid === 2);
  if (row?.mean95 !== undefined) expect(row.mean95.low).toBeLessThanOrEqual(row.mean ?? 0);
  // what the preview said is what was started, but for the port of each trial
  const first = record.trials.find(({ variant }) => variant === "flows.parallel-1");
  const noPort = (argv: readonly string[]) => argv.join(" ").replace(/-p \d+/, "-p PORT");
  const argvs = (list: readonly { argv: readonly string[] }[]) =>
    list.map(({ argv }) => noPort(argv));
  expect(argvs(planned.variants[0].processes)).toEqual(argvs(first?.processes ?? []));
});

test("a dry run opens nothing and leaves nothing", async () => {
  const out = join(place, "dry");
  const { stdout, stderr, code } = await run([
    ...sweep,
    "--testbed",
    "netns",
    "--dry-run",
    "--out",
    out,
  ]);
  expect({ stdout, code }).toEqual({ stdout: "", code: 0 });
  expect(stderr).toContain(
    "4 trials (2 variants, up to 2 repetitions each), in an order drawn with seed 7",
  );
  expect(stderr).toContain("an estimate");
  expect(stderr).toMatch(/client \(any CPU\): stdbuf -oL iperf3 -c 10\.77\.0\.2 .*-P 2/);
  expect(await readdir(place)).not.toContain("dry");
  const guests = await run(["run", "send-bw-16", "ib-send-bw", "--dry-run"]);
  expect(guests.code).toBe(2);
  const rdma = await run(["run", "ib-send-bw", "--dry-run"]);
  expect(rdma.stderr).toContain("commands are not known yet: they depend on what the hosts answer");
});

test("a budget leaves what would exceed it for later", async () => {
  const out = join(place, "budget");
  const argv = "run iperf3 --duration-s 1 --repeat 200 --testbed netns --budget 20s".split(" ");
  const { stdout, stderr, code } = await run([...argv, "--out", out]);
  const record = await readRunRecord(out);
  expect(record.trials.length).toBeGreaterThan(0);
  expect(code).toBe(5);
  expect(stdout).toContain("iperf3 TCP goodput");
  expect(stderr).toContain("trials were not run");
  expect(record).toMatchObject({ state: "interrupted", error: { code: "BUDGET_SPENT" } });
  expect(record.notRun).toHaveLength(200 - record.trials.length);
  const lastEnd = Date.parse(record.endedAt ?? "") - Date.parse(record.startedAt);
  expect(lastEnd).toBeLessThan(20_000 + 10_000);
});

test("a testbed is kept after a failure only, and says how it goes away", async () => {
  const env = { XDG_STATE_HOME: join(place, "state") };
  const names = () => readdir(join(place, "state", "hoststack", "testbeds")).catch(() => []);
  const good = "run iperf3 --duration-s 1 --repeat 1 --testbed netns --keep-on-failure".split(" ");
  const { stderr, code } = await run([...good, "--out", join(place, "good")], env);
  if (code === 0) expect(stderr).not.toContain("left up");
  const before = await names();
  // namespaces have no RDMA, which is seen only once they are open
  const bad = "run ib-send-bw --testbed netns --keep-on-failure".split(" ");
  const failed = await run([...bad, "--out", join(place, "bad")], env);
  expect(failed.code).toBe(3);
  const [, down = ""] = /take down {2}rdma-lab (testbed down .*)/.exec(failed.stderr) ?? [];
  expect(await names()).toHaveLength(before.length + 1);
  expect((await run(down.split(" "), env)).code).toBe(0);
  expect(await names()).toEqual(before);
  if (code === 0) expect(before).toEqual([]);
});
