import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alive, run, until } from "../support/cli-process.js";

const upMs = 600_000;
let place: string;
let directory: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  env = { XDG_STATE_HOME: place };
  directory = join(place, "hoststack", "testbeds", "lab");
  const up = await run(["testbed", "up"], env);
  expect(up.code, up.stderr).toBe(0);
}, upMs);
afterAll(async () => {
  await run(["testbed", "down"], env);
  await rm(place, { recursive: true, force: true });
});

const status = async () => JSON.parse((await run(["testbed", "status", "--json"], env)).stdout);

test("the user's own ssh logs in to the guests, whose key it checks", async () => {
  const [{ kernel, hosts }] = await status();
  for (const { name, ssh } of hosts) {
    const [program, ...args] = ssh;
    const said = await promisify(execFile)(program, [...args, "uname", "-nr"]);
    expect(said.stdout).toBe(`${name} ${kernel}\n`);
  }
  const one = await run(
    ["testbed", "ssh", "server", "--", "sh", "-c", 'echo "$1"; exit 7', "sh", "a  b"],
    env,
  );
  expect(one).toMatchObject({ stdout: "a  b\n", code: 7 });
});

test("RDMA is measured over SSH between the hosts of its testbed file", async () => {
  const out = join(place, "run");
  const path = join(directory, "testbed.yaml");
  const options = ["--iterations", "100", "--repeat", "1", "--out", out];
  const { code, stderr } = await run(["run", "ib-send-lat", "--testbed", path, ...options], env);
  // the figure of an emulated guest on a busy computer may be suspect or invalid, but it is there
  expect([0, 1, 5], stderr).toContain(code);
  const { testbed, trials } = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
  expect(testbed).toMatchObject({ kind: "ssh", evidence: "guest" });
  expect(trials).toHaveLength(1);
  expect(trials[0].samples.length).toBeGreaterThan(0);
});

test("by its name it is known for what it is", async () => {
  const out = join(place, "named");
  const options = ["--duration-s", "1", "--repeat", "1", "--out", out];
  const { stderr } = await run(
    ["run", "sockperf-ping-pong", "--testbed", "kept:lab", ...options],
    env,
  );
  expect(stderr).toContain("the testbed lab stays up");
  const { testbed } = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
  const [{ kernel }] = await status();
  expect(testbed).toMatchObject({ kind: "vm", evidence: "guest" });
  expect(JSON.stringify(testbed)).toContain(kernel);
});

test("its console is shown, and down leaves nothing", async () => {
  expect((await run(["testbed", "console", "client"], env)).stdout).toContain("HOSTSTACK-READY");
  const [{ holderPid, hosts }] = await status();
  const pids = [holderPid, ...hosts.map(({ pid }: { pid: number }) => pid)];
  expect(await alive(pids)).toEqual(pids);
  expect(await run(["testbed", "down"], env)).toMatchObject({ code: 0, stderr: "lab is down\n" });
  await until(async () => (await alive(pids)).length === 0, 20_000);
  expect(await readdir(join(place, "hoststack", "testbeds"))).toEqual([]);
  expect(await status()).toEqual([]);
});

test(
  "guests die with a killed holder, and down removes what it left",
  async () => {
    expect((await run(["testbed", "up"], env)).code).toBe(0);
    const [{ holderPid, hosts }] = await status();
    const pids = hosts.map(({ pid }: { pid: number }) => pid);
    const guests = dirname(dirname(hosts[0].console));
    process.kill(holderPid, "SIGKILL");
    await until(async () => (await alive([holderPid, ...pids])).length === 0, 20_000);
    expect(await status()).toMatchObject([{ name: "lab", state: "dead" }]);
    expect(await readdir(guests)).not.toEqual([]);
    expect((await run(["testbed", "down"], env)).code).toBe(0);
    await expect(readdir(guests)).rejects.toThrow("ENOENT");
    expect(await status()).toEqual([]);
  },
  upMs,
);
