import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alive, run, start, until } from "../support/cli-process.js";

let place: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  env = { XDG_STATE_HOME: place };
});
afterEach(async () => {
  for (const name of await kept()) await call(`testbed down --name ${name}`);
  await rm(place, { recursive: true, force: true });
});

const call = (line: string) => run(line.split(" "), env);
const status = async () => JSON.parse((await call("testbed status --json")).stdout);
const kept = () => readdir(join(place, "hoststack", "testbeds")).catch((): string[] => []);

/** Takes up a testbed of two namespaces. */
async function up(more = ""): Promise<void> {
  const { code, stderr } = await call(`testbed up --testbed netns${more}`);
  expect(code, stderr).toBe(0);
}

/** Measures in the testbed "lab" and returns the record and all that could explain it. */
async function measure(experiment: string) {
  const out = join(place, experiment);
  const flags = `--duration-s 1 --repeat 1 --testbed kept:lab --out ${out}`;
  const { stderr, code } = await call(`run ${experiment} ${flags}`);
  const text = await readFile(join(out, "run.json"), "utf8").catch(() => "no record");
  const words = `exit status ${code}\n${stderr}\n${text}\n${await rawOutputs(out)}`;
  expect(text, words).not.toBe("no record");
  return { record: JSON.parse(text), words };
}

/** What the processes of a run printed. */
async function rawOutputs(out: string): Promise<string> {
  const names = await readdir(out, { recursive: true }).catch((): string[] => []);
  const files = names.filter((name) => /\.std(out|err)$/.test(name));
  const texts = files.map(async (name) => `${name}:\n${await readFile(join(out, name), "utf8")}`);
  return (await Promise.all(texts)).join("\n");
}

test("up, status, ssh, two runs, down", async () => {
  expect(await call("testbed up --testbed netns")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("--testbed kept:lab"),
  });
  const text = await call("testbed status");
  expect(text.stdout).toMatch(
    /^lab {2}netns {2}rdma-lab {2}up for \d+ s\n {2}host {4}client {2}pid/,
  );
  const again = await call("testbed up --testbed netns");
  expect(again.code).toBe(3);
  expect(again.stderr).toContain("testbed down --name lab");
  const inside = await call("testbed ssh server -- ip -brief address show lab0");
  expect(inside).toMatchObject({ code: 0, stdout: expect.stringContaining("10.77.0.2/24") });
  expect((await call("testbed ssh server -- false")).code).toBe(1);
  for (const name of ["iperf3", "sockperf-throughput"]) {
    const { record, words } = await measure(name);
    expect(record.testbed, words).toMatchObject({ kind: "netns", evidence: "namespace" });
    expect(record.trials[0].samples.length, words).toBeGreaterThan(0);
  }
  const doctor = await call("doctor iperf3 --testbed kept:lab");
  expect(doctor).toMatchObject({ code: 0, stdout: expect.stringContaining("--testbed kept:lab") });
  const [{ holderPid, hosts }] = await status();
  const pids = [holderPid, ...hosts.map(({ pid }: { pid: number }) => pid)];
  expect(await alive(pids)).toEqual(pids);
  expect(await call("testbed down")).toMatchObject({ code: 0, stderr: "lab is down\n" });
  await until(async () => (await alive(pids)).length === 0, 20_000);
  expect(await kept()).toEqual([]);
  expect((await call("testbed down")).code).toBe(0);
});

test("a killed holder is said to be dead, and how to clear up", async () => {
  await up(" --name two");
  const [{ holderPid, hosts }] = await status();
  process.kill(holderPid, "SIGKILL");
  const pids = hosts.map(({ pid }: { pid: number }) => pid);
  await until(async () => (await alive([holderPid, ...pids])).length === 0, 20_000);
  const { stdout } = await call("testbed status");
  expect(stdout).toContain("dead: the process that held it has ended");
  expect(stdout).toContain("rdma-lab testbed down --name two");
  const gone = await call("testbed ssh client --name two");
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining("TESTBED_LOST") });
  expect((await call("testbed down --name two")).code).toBe(0);
  expect(await kept()).toEqual([]);
});

test.each([
  ["SIGINT", 130],
  ["SIGKILL", null],
] as const)("up ended by %s leaves nothing", async (signal, code) => {
  // it never comes up by itself
  const slow = join(place, signal);
  await mkdir(slow);
  const script = "#!/bin/sh\nexec sleep 600\n";
  await writeFile(join(slow, "unshare"), script, { mode: 0o755 });
  const path = `${slow}:${process.env["PATH"]}`;
  const { child, exit } = start(["testbed", "up", "--testbed", "netns"], { ...env, PATH: path });
  child.stdout.resume();
  child.stderr.resume();
  await until(async () => (await kept()).includes("lab"), 20_000);
  expect((await call("testbed status")).stdout).toMatch(
    /^lab {2}netns {2}rdma-lab {2}coming up for/,
  );
  child.kill(signal);
  expect(await exit).toBe(code);
  await until(async () => (await kept()).length === 0, 20_000);
});

test.each([
  { line: "testbed", code: 2, words: "Commands" },
  { line: "testbed upp", code: 2, words: 'did you mean "up"' },
  { line: "testbed up lab", code: 2, words: "takes flags only" },
  { line: "testbed up --testbed netsn", code: 2, words: 'did you mean "netns"' },
  { line: "testbed up --name a/b", code: 2, words: "cannot be the name" },
  { line: "testbed ssh", code: 2, words: "testbed ssh HOST" },
  { line: "testbed ssh client", code: 2, words: "testbed up makes one" },
  { line: "testbed status --jsn", code: 2, words: 'did you mean "--json"' },
  { line: "run iperf3 --testbed kept:lab", code: 2, words: "testbed up --name lab makes it" },
])("$line: one clear error and exit status $code", async ({ line, code, words }) => {
  const result = await call(line);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toContain(words);
});

test("every help fits a screen", async () => {
  for (const verb of ["", "up ", "status ", "ssh ", "console ", "down "]) {
    const { stdout, code } = await call(`testbed ${verb}--help`);
    expect(code).toBe(0);
    expect(stdout.split("\n").length).toBeLessThanOrEqual(24);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  }
});
