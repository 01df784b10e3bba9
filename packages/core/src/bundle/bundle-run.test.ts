import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { constructedRun } from "../report/constructed-run.js";
import { readRunRecord } from "../result/run-directory.js";
import { claimRunDirectory } from "../result/run-directory-lock.js";
import { bundleRun } from "./bundle-run.js";

let place: string;
let run: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  run = join(place, "run");
  await mkdir(join(run, "raw", "v", "1"), { recursive: true });
  const { record } = constructedRun({ v: { trials: [{ value: 1e9 }], options: { bytes: 64 } } });
  const machine = "machine-of-node17.cluster.org";
  const own = {
    ...record,
    id: "a-run",
    testbed: {
      ...record.testbed,
      hosts: record.testbed.hosts.map((host) => ({ ...host, machine })),
    },
    machines: [{ machine, facts: { bootId: "975a2c00-88a4-4ccc-bed4-16028ee5769b" } }],
    campaign: {
      name: "c",
      command: ["run", "stream", "--bytes", "64"],
      testbed: { kind: "netns" },
    },
  };
  await writeFile(join(run, "run.json"), JSON.stringify(own));
  await writeFile(
    join(run, "raw", "v", "1", "client.stdout"),
    "Linux node17 6.1.0 #1\nto 10.77.0.2 from /home/alice/bin, 52:54:00:12:34:56\n",
  );
});
afterEach(() => rm(place, { recursive: true, force: true }));

const unpack = async (archive: string): Promise<string> => {
  const target = join(place, "unpacked");
  await mkdir(target);
  execFileSync("tar", ["-xzf", archive, "-C", target]);
  return join(target, "a-run");
};

const out = () => join(place, "out.tar.gz");

test("a bundle holds the run, its digests, and how to run it again; the same run gives the same bytes", async () => {
  const first = await bundleRun(run, { out: out() });
  const again = await bundleRun(run, { out: join(place, "again.tar.gz") });
  expect(again.sha256).toBe(first.sha256);
  const unpacked = await unpack(first.path);
  execFileSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: unpacked });
  expect(await readRunRecord(unpacked)).toEqual(await readRunRecord(run));
  const readme = await readFile(join(unpacked, "README.md"), "utf8");
  expect(readme).toContain("    lab run stream --bytes 64\n");
  expect(parse(await readFile(join(unpacked, "campaign.yaml"), "utf8"))).toEqual({
    ...{ version: 1, name: "c", repeat: 1 },
    experiments: [{ experiment: "stream", id: "v", options: { bytes: 64 } }],
  });
});

test("under pseudonyms no name is left, the record is read, and digests are of what is there", async () => {
  const { path, pseudonyms } = await bundleRun(run, { out: out(), pseudonymise: true });
  const unpacked = await unpack(path);
  execFileSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: unpacked });
  const raw = await readFile(join(unpacked, "raw", "v", "1", "client.stdout"), "utf8");
  const text = `${raw}${await readFile(join(unpacked, "run.json"), "utf8")}`;
  expect(text).not.toMatch(/node17|cluster\.org|alice|10\.77|52:54:00|975a2c00/);
  const [, host] = /^Linux (host-\w+) 6/.exec(raw) ?? [];
  const record = await readRunRecord(unpacked);
  expect(record.machines[0]?.machine).toMatch(new RegExp(`^machine-of-${host}\\.`));
  expect(record.testbed.hosts.map(({ name }) => name)).toEqual(["client", "server"]);
  expect(pseudonyms?.kept).toEqual(expect.arrayContaining(["client", "server"]));
});

test("a name in a file that cannot be rewritten stops the bundle, and nothing is written", async () => {
  await writeFile(join(run, "raw", "v", "1", "trace.bin"), "\0\0 node17 \0");
  await expect(bundleRun(run, { out: out(), pseudonymise: true })).rejects.toMatchObject({
    code: "BUNDLE_REFUSED",
    message: expect.stringContaining('raw/v/1/trace.bin, line 1, still holds the host "node17"'),
  });
  expect((await readdir(place)).sort()).toEqual(["run"]);
});

test("a name that is told is hidden as well", async () => {
  await writeFile(join(run, "raw", "v", "1", "notes"), "for the Moonshot grant");
  const options = { out: out(), pseudonymise: true, hide: ["Moonshot"] };
  const unpacked = await unpack((await bundleRun(run, options)).path);
  expect(await readFile(join(unpacked, "raw", "v", "1", "notes"), "utf8")).toMatch(
    /^for the word-[0-9a-f]{8} grant$/,
  );
});

test("a run that goes on, and a file that is there, are left alone", async () => {
  const giveBack = await claimRunDirectory(run);
  await expect(bundleRun(run, { out: out() })).rejects.toMatchObject({ code: "BUNDLE_REFUSED" });
  await giveBack();
  await writeFile(out(), "mine");
  await expect(bundleRun(run, { out: out() })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  expect(await readFile(out(), "utf8")).toBe("mine");
  await bundleRun(run, { out: out(), force: true });
  expect(await readFile(out(), "latin1")).not.toBe("mine");
});
