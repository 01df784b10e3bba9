import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

const start = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, exit };
};

const run = async (argv: readonly string[], env?: NodeJS.ProcessEnv) => {
  const { child, exit } = start(argv, env);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { stdout, stderr, code };
};

/** Ids of all processes that descend from one, itself left out. */
async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || below(parent));
  };
  return [...parents.keys()].filter(below);
}

const alive = async (pids: readonly number[]): Promise<number[]> => {
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => / [^Z] /.test(stats[index]?.slice(-400) ?? ""));
};

async function until(condition: () => Promise<boolean> | boolean, deadlineMs: number) {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await sleep(100);
  }
}

test.each([
  { argv: "rnu", code: 2, words: 'did you mean "run"' },
  { argv: "run", code: 2, words: "run needs the name" },
  { argv: "run ib-sned-bw", code: 2, words: 'did you mean "ib-send-bw"' },
  { argv: "run iperf3 --durations-s 1", code: 2, words: "--duration-s" },
  { argv: "run iperf3 --duration-s soon", code: 2, words: "--duration-s takes a whole number" },
  { argv: "run iperf3 --duration-s 0", code: 2, words: 'option "durationS"' },
  { argv: "run iperf3 --protocol sctp", code: 2, words: 'option "protocol"' },
  { argv: "run iperf3 --testbed cloud", code: 2, words: "--testbed is vm or netns" },
  { argv: "run iperf3 --repeat 0", code: 2, words: "--repeat is 1 or more" },
  { argv: "run quickstart --message-bytes 1", code: 2, words: "--message-bytes" },
  { argv: "run iperf3 --out /dev/null/x", code: 2, words: "--out" },
  { argv: "run ib-send-bw --testbed netns", code: 3, words: "--testbed vm" },
  { argv: "parse", code: 2, words: "parse needs the files" },
])("$argv: one clear error and exit status $code", async ({ argv, code, words }) => {
  const result = await run(argv.split(" "));
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(words);
  expect(result.stderr).not.toContain("    at ");
  expect(result.stdout).toBe("");
});

test("a missing tool is named with its package", async () => {
  // everything but sockperf can still be found
  const path = join(place, "bin");
  const programs =
    "sh setpriv unshare nsenter ip mount env sleep cat mv mkdir timeout stdbuf grep cut tr uname head sysctl setsid kill node rm chmod true dd printf readlink";
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    const script = `mkdir -p "$0"; for p in ${programs}; do t=$(command -v "$p") && case "$t" in /*) ln -sf "$t" "$0/$p";; esac; done; echo done`;
    const child = spawn("sh", ["-c", script, path], { stdio: ["ignore", "pipe", "inherit"] });
    child.once("error", reject);
    text(child.stdout).then((out) => resolve({ stdout: out }), reject);
  });
  expect(stdout).toContain("done");
  const argv = ["run", "sockperf-throughput", "--testbed", "netns", "--out", join(place, "none")];
  const result = await run(argv, { PATH: path });
  expect(result.stderr).toContain("has no sockperf");
  expect(result.stderr).toContain("apt-get install sockperf");
  expect(result.code).toBe(3);
});

test("--json prints the record on stdout, people read stderr", async () => {
  const out = join(place, "json");
  const argv = "run iperf3 --testbed netns --duration-s 1 --repeat 2 --json".split(" ");
  const { stdout, stderr, code } = await run([...argv, "--out", out]);
  expect(stderr).toContain("iperf3 TCP goodput");
  const record = JSON.parse(stdout);
  expect(record).toEqual(JSON.parse(await readFile(join(out, "run.json"), "utf8")));
  expect(record.trials).toHaveLength(2);
  expect(code).toBe(
    record.trials.every((trial: { verdict: { state: string } }) => trial.verdict.state === "valid")
      ? 0
      : 5,
  );
});

test("SIGINT ends a run with 130, keeps what was measured and leaves no process", async () => {
  const out = join(place, "interrupted");
  const argv = "run sockperf-throughput --testbed netns --duration-s 2 --repeat 50".split(" ");
  const { child, exit } = start([...argv, "--out", out]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  child.stdout.resume();
  await until(() => /2\/50/.test(said), 60_000);
  await sleep(1500);
  const below = await descendants(child.pid ?? 0);
  expect(below.length).toBeGreaterThan(0);
  child.kill("SIGINT");
  expect(await exit).toBe(130);
  expect(await alive(below)).toEqual([]);
  const record = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
  expect(record.state).toBe("interrupted");
  expect(record.trials.length).toBeGreaterThanOrEqual(1);
  expect(said).toContain("INTERRUPTED");
});

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

test("parse reads saved outputs and names the file it cannot read", async () => {
  const good = join(place, "good.txt");
  const bad = join(place, "bad.txt");
  await writeFile(
    good,
    "sockperf: Total of 12548 messages sent in 5.008 sec\nsockperf: Summary: Message Rate is 2505 [msg/sec]\nsockperf: Summary: BandWidth is 3.517 MBps (28.132 Mbps)\n",
  );
  await writeFile(bad, "nothing of a tool\n");
  const fine = await run(["parse", good]);
  expect(fine.code).toBe(0);
  expect(JSON.parse(fine.stdout)).toMatchObject({
    tool: "sockperf",
    result: { messagesSent: 12548 },
  });
  const mixed = await run(["parse", good, bad]);
  expect(mixed.code).toBe(5);
  expect(mixed.stderr).toContain(bad);
  expect((await run(["parse", bad])).code).toBe(1);
});

test("help fits a screen and names every experiment", async () => {
  const { stdout, code } = await run(["--help"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").length).toBeLessThan(26);
  for (const name of ["quickstart", "ib-send-bw", "iperf3"]) expect(stdout).toContain(name);
  expect((await run(["run", "iperf3", "--help"])).stdout).toContain("--duration-s");
});
