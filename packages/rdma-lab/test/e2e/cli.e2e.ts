import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, run } from "../support/cli-process.js";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

test.each([
  { argv: "rnu", code: 2, words: 'did you mean "run"' },
  { argv: "run", code: 2, words: "run needs the name" },
  { argv: "run ib-sned-bw", code: 2, words: 'did you mean "ib-send-bw"' },
  { argv: "run iperf3 --durations-s 1", code: 2, words: "--duration-s" },
  { argv: "run iperf3 --duration-s soon", code: 2, words: "--duration-s takes a whole number" },
  { argv: "run iperf3 --duration-s 0", code: 2, words: 'option "durationS"' },
  { argv: "run iperf3 --protocol sctp", code: 2, words: 'option "protocol"' },
  {
    argv: "run iperf3 --testbed cloud",
    code: 2,
    words: "--testbed is vm, netns, kept:NAME or a file",
  },
  { argv: "run iperf3 --repeat 0", code: 2, words: "--repeat is 1 or more" },
  { argv: "run quickstart --message-bytes 1", code: 2, words: "--message-bytes" },
  { argv: "run iperf3 --out /dev/null/x", code: 2, words: "--out" },
  { argv: "run ib-send-bw --testbed netns", code: 3, words: "--testbed vm" },
  { argv: "testbed up --testbed netns --cpus 2", code: 2, words: "--cpus is for guests" },
  { argv: "testbed up --cpus 0", code: 2, words: "--cpus is 1 to 64, not 0" },
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
  const states = record.trials.map((trial: { verdict: { state: string } }) => trial.verdict.state);
  const all = (state: string) => states.every((one: string) => one === state);
  expect(code).toBe(all("valid") ? 0 : all("invalid") ? 1 : 5);
});

test("a result that cannot be written to stdout is a failure", async () => {
  const child = spawn("sh", ["-c", '"$0" "$@" > /dev/full', process.execPath, bin, "--help"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [said, code] = await Promise.all([text(child.stderr), exit]);
  expect(said).toMatch(/^error: stdout cannot be written: ENOSPC/);
  expect(code).toBe(1);
});

test("the name of an experiment is found behind flags with values", async () => {
  const argv = "run --testbed netns --duration-s 0 iperf3".split(" ");
  expect((await run(argv)).stderr).toContain('option "durationS"');
});

test("a run that could not begin names no record", async () => {
  const out = join(place, "unmade");
  const { stderr, code } = await run(["run", "ib-send-bw", "--testbed", "netns", "--out", out]);
  expect(code).toBe(3);
  expect(stderr).toContain("CAPABILITY_MISSING");
  expect(stderr).not.toContain(out);
});

test("a run into the directory of another names no record and leaves that one alone", async () => {
  const out = join(place, "taken");
  await mkdir(join(out, "raw"), { recursive: true });
  await writeFile(join(out, "run.json"), "{}");
  const { stderr, code } = await run(["run", "iperf3", "--testbed", "netns", "--out", out]);
  expect(code).toBe(2);
  expect(stderr).toContain("already holds a run");
  expect(stderr).not.toContain("until then");
  expect(await readFile(join(out, "run.json"), "utf8")).toBe("{}");
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
  const directory = await run(["parse", place]);
  expect(directory.code).toBe(2);
  expect(directory.stderr).toBe(
    `error: ${place} is a directory [OPTIONS_INVALID]\n  name the files in it\n`,
  );
});

test("help and version kept at build time are those of the loaded command line", async () => {
  const [kept, loaded] = [await run(["--help"]), await run(["--help", "--help"])];
  expect(kept).toEqual(loaded);
  for (const word of ["-h", "help"]) expect(await run([word])).toEqual(loaded);
  expect(await run(["--version"])).toEqual(await run(["--version", "--version"]));
});

test("help fits a screen and names every experiment", async () => {
  for (const argv of [["--help"], ["run", "--help"]]) {
    const { stdout, code } = await run(argv);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    for (const name of ["quickstart", "ib-send-bw", "iperf3"]) expect(stdout).toContain(name);
  }
  expect((await run(["run", "iperf3", "--help"])).stdout).toContain("--duration-s");
});
