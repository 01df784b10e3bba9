import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type HostPart,
  openTestbed,
  runExperiment,
  sysctlStep,
  type Testbed,
} from "../../src/index.js";
import { honest, pingLike } from "../support/ping-like.js";

const key = "net.ipv4.icmp_echo_ignore_broadcasts";
const file = `/proc/sys/${key.replaceAll(".", "/")}`;

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
});
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

/** A setting on both hosts, one after the other. */
const settings = async () => {
  const answers = await Promise.all(testbed.hosts.map((host) => host.run({ argv: ["cat", file] })));
  return answers.map(({ stdout }) => stdout.trim());
};

/** Pings while each host says what the setting is. */
const told = pingLike((context) => [
  ...honest(context),
  ...[context.client.host, context.server.host].map((host) => ({
    id: `told-${host}`,
    host,
    argv: ["cat", file],
    ends: "itself" as const,
    deadlineMs: 10_000,
  })),
]);

const conditioned = (value: string) => ({
  ...told,
  conditions: () => [sysctlStep({ key, value, scope: "netns" })],
});

test("conditions hold on both hosts while a trial runs, and are undone after it", async () => {
  const [before] = await settings();
  const other = before === "0" ? "1" : "0";
  const trial = await runExperiment(
    conditioned(other),
    {},
    { testbed, directory: join(place, "held") },
  );
  const seen = trial.processes
    .filter(({ id }) => id.startsWith("told-"))
    .map(({ files }) => readFile(join(trial.directory, files[0] ?? ""), "utf8"));
  expect(await Promise.all(seen)).toEqual([`${other}\n`, `${other}\n`]);
  expect(await settings()).toEqual([before, before]);
});

test("conditions may differ by host, which they see with its NICs", async () => {
  const before = await settings();
  const seen: string[] = [];
  const differing = {
    ...told,
    conditions: (_: unknown, { host, nics }: HostPart) => {
      seen.push(`${host} ${nics.join(" ")}`);
      return [sysctlStep({ key, value: host === "client" ? "0" : "1", scope: "netns" })];
    },
  };
  const directory = join(place, "differing");
  const trial = await runExperiment(differing, {}, { testbed, directory });
  const texts = ["client", "server"].map(async (host) => {
    const files = trial.processes.find(({ id }) => id === `told-${host}`)?.files ?? [];
    return await readFile(join(trial.directory, files[0] ?? ""), "utf8");
  });
  expect(await Promise.all(texts)).toEqual(["0\n", "1\n"]);
  expect(new Set(seen)).toEqual(new Set(["client lab0", "server lab0"]));
  expect(await settings()).toEqual(before);
});

test("conditions that cannot be had end the run before its first trial", async () => {
  const impossible = {
    ...told,
    conditions: () => [sysctlStep({ key: "net.ipv4.no_such_setting", value: 1, scope: "netns" })],
  };
  const directory = join(place, "never");
  await expect(runExperiment(impossible, {}, { testbed, directory })).rejects.toMatchObject({
    code: "PLAN_IMPOSSIBLE",
    message: expect.stringMatching(/^ping-like needs \S+ on client: /),
  });
  await expect(readFile(join(directory, "run.json"))).rejects.toThrow("ENOENT");
});
