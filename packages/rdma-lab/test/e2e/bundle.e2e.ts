import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { readRunRecord } from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../support/cli-process.js";

let place: string;
let directory: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  directory = join(place, "measured");
  const line = "run sockperf-ping-pong --testbed netns --duration-s 1 --repeat 1";
  const { code, stderr } = await run([...line.split(" "), "--out", directory]);
  if (code !== 0 && code !== 5) throw new Error(stderr);
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("a real run under pseudonyms unpacks to one that is reported, compared and parsed", async () => {
  const archive = join(place, "given.tar.gz");
  const made = await run(["bundle", directory, "--pseudonymise", "--out", archive]);
  expect(made, made.stderr).toMatchObject({ code: 0, stdout: `${archive}\n` });
  await mkdir(join(place, "unpacked"));
  execFileSync("tar", ["-xzf", archive, "-C", join(place, "unpacked")]);
  const unpacked = join(place, "unpacked", "measured");
  execFileSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: unpacked });

  const text = await readFile(join(unpacked, "run.json"), "utf8");
  const own = await readRunRecord(directory);
  for (const address of own.testbed.links[0]?.ends.flatMap(({ addresses }) => addresses) ?? []) {
    expect(text).not.toContain(address);
  }
  expect(text).not.toContain(own.machines[0]?.facts["bootId"]);
  expect(text).not.toContain(`machine-of-${hostname()}"`);

  const tool = join(unpacked, "raw", "sockperf-ping-pong", "1", "client.stdout");
  const parsed = await run(["parse", tool]);
  const figures = await run([
    "parse",
    join(directory, "raw", "sockperf-ping-pong", "1", "client.stdout"),
  ]);
  expect(JSON.parse(parsed.stdout).result).toEqual(JSON.parse(figures.stdout).result);
  expect((await run(["report", unpacked])).code).toBe(0);
  expect(await readFile(join(unpacked, "report.html"), "utf8")).toContain("Rate of lab0 over time");
  const compared = await run(["compare", directory, unpacked, "--json"]);
  expect(JSON.parse(compared.stdout).metrics.length).toBeGreaterThan(5);
});

test("both ends tell card and tools, and what cannot be had says why", async () => {
  const { hosts = [], campaign } = await readRunRecord(directory);
  expect(hosts.map(({ host }) => host)).toEqual(["client", "server"]);
  for (const { facts } of hosts) {
    expect(facts["tool sockperf"]).toMatch(/\d/);
    expect(facts["nicDriver"]).toMatch(/^(veth|unavailable: \w)/);
    for (const fact of Object.values(facts)) expect(fact).toMatch(/\S/);
  }
  expect(campaign?.command?.slice(0, 2)).toEqual(["run", "sockperf-ping-pong"]);
});
