import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Step, stepsOfProfile } from "@hoststack/core";
import { expect, test } from "vitest";
import { hostView } from "../test/support/host.js";
import { longFlows } from "./experiments/long-flows.js";
import { moduleConditions } from "./experiments/module-conditions.js";
import { moduleBuild } from "./module/build.js";
import { emulatedGuestKnobs } from "./module/knobs.js";
import { longProfile, shortProfile } from "./profiles/host-profiles.js";
import { redirectLibrary, testPrograms } from "./programs.js";

const run = promisify(execFile);
const module = {
  ...{ name: "dcpim_module", path: "/m.ko", sha256: "a".repeat(64) },
  ...{ release: "6.1.0-9-amd64", vermagic: "6.1.0-9-amd64 SMP" },
};
const keyed = { get: (_: object, key: string) => (key === "then" ? undefined : module) };
/** Has the module for any knobs. */
const host = (name: "client" | "server") => ({
  ...hostView({ host: name, cpus: 4 }),
  facts: { ...hostView({ host: name, cpus: 4 }).facts, modules: new Proxy({}, keyed) },
});
const conditions = (): readonly Step[] => moduleConditions({}, host("server"));
const card = { nic: "lab0", role: "client", queueCpus: [0, 1, 2] } as const;
const scoped = { lifetime: "scoped" } as const;
const long = stepsOfProfile(longProfile(card), scoped);
const short = stepsOfProfile(shortProfile(card), scoped);
const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const place = { savedDirectory: "/saved" };
const namedBy = (steps: readonly Step[], id: RegExp) => steps.find((step) => id.test(step.id));

async function processes() {
  const link = {
    name: "data",
    mtuBytes: 9000,
    ends: [
      { host: "client", nic: "lab0", addresses: ["10.77.0.1"] },
      { host: "server", nic: "lab0", addresses: ["10.77.0.2"] },
    ],
  };
  const outcome = await longFlows.options["~standard"].validate({ flows: 3 });
  if (!("value" in outcome)) throw new Error("options");
  const ends = { client: host("client"), server: host("server"), link };
  return longFlows.processes({
    ...{ options: outcome.value, port: 20_000, links: [] },
    ...ends,
  } as unknown as Parameters<typeof longFlows.processes>[0]);
}

test("bug 2: control packets say where their checksum is, so no card has to guess", () => {
  const edits = moduleBuild(emulatedGuestKnobs).edits?.["kernel_impl/dcpim_outgoing.c"] ?? [];
  const stating = edits.filter(({ replacement }) => replacement.includes("csum_start"));
  expect(stating).toMatchObject([{ count: 2 }]);
});

test("bug 3: GRO is on while the module is loaded, and set back", () => {
  const step = namedBy(conditions(), /offloads/);
  expect(step?.title).toBe("switch offloads of lab0: gro on");
  expect(step?.lifetime).toBe("scoped");
});

test("bug 5: nothing of a profile or a trial stays: every step is undone with it", () => {
  const all = [...conditions(), ...long, ...short];
  expect(all.map(({ lifetime }) => lifetime)).toEqual(all.map(() => "scoped"));
  const mtu = namedBy(all, /mtu/);
  const probes = [answer("nics\n"), answer("0\n")];
  const decided = mtu?.decide(answer("1500\n"), probes, place);
  expect(JSON.stringify(decided?.state === "needed" && decided.undo)).toContain("1500");
});

test("bug 6: no step touches the NIC that logins come over", () => {
  const reached = answer("default via 10.0.0.1 dev lab0\nnics\n");
  for (const steps of [long, short]) {
    const decided = namedBy(steps, /mtu/)?.decide(
      answer("1500\n"),
      [reached, answer("0\n")],
      place,
    );
    expect(decided).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("lab0 carries the default route"),
    });
  }
});

test("bugs 11, 12: processes are started and ended one by one, by no terminal and no name", async () => {
  const all = await processes();
  expect(all).toHaveLength(6);
  for (const { argv, deadlineMs, ends } of all) {
    expect(argv.join(" ")).not.toMatch(/\b(ssh|sudo|nohup|killall|pkill|rm)\b/);
    expect(deadlineMs).toBeGreaterThan(0);
    expect(["itself", "stopped"]).toContain(ends);
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(6);
});

test("bug 13: no user, address, path or NIC of upstream's laboratory is in what is run or built", async () => {
  const builds = [testPrograms, redirectLibrary, moduleBuild(emulatedGuestKnobs)];
  const replaced = builds.flatMap(({ edits = {} }) => Object.values(edits).flat());
  const text = JSON.stringify([
    await processes(),
    replaced.map(({ replacement }) => replacement),
    [...long, ...short].map(({ title, check }) => [title, check]),
  ]);
  expect(text).not.toMatch(/qizhe|jaehyun|\/home\/|192\.168\.|128\.84\.|ens2f|clnode|genie/);
});

test("bug 14: rules come after features, as some drivers forget them with ntuple", () => {
  for (const steps of [long, short]) {
    const ids = steps.map(({ id }) => id);
    const at = (name: RegExp) => ids.findIndex((id) => name.test(id));
    expect(at(/flow-steering/)).toBe(ids.length - 1);
    expect(at(/offloads/)).toBeLessThan(at(/flow-steering/));
    const before = steps.at(-1)?.decide(answer(""), [answer(""), answer("0\n")], place);
    expect(before?.state).not.toBe("satisfied");
  }
});

test("bug 15: flows get their CPUs by rules and interrupts, which both are said; aRFS is not used", () => {
  const titles = long.map(({ title }) => title);
  expect(titles).toContain("have the queues of lab0 interrupt the CPUs 0 1 2");
  expect(titles.at(-1)).toBe("have lab0 steer flows by 30 rules at 0 to 29");
  expect(titles.join()).toContain("ntuple off");
});

test("bug 21: a module for another kernel is refused before insmod, and unloading waits for its users", () => {
  const step = namedBy(conditions(), /^module:/);
  const told = (release: string) => answer(`0\n${release}\n0\n${module.sha256}  /m.ko\n`);
  expect(step?.decide(answer("absent\n"), [told("6.1.0-8-amd64")], place)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(
      /built for the kernel 6\.1\.0-9-amd64 .*6\.1\.0-8-amd64 is running/,
    ),
  });
  const fine = step?.decide(answer("absent\n"), [told(module.release)], place);
  expect(JSON.stringify(fine?.state === "needed" && fine.undo)).toContain('"dcpim_module","10"');
});

test("bug 25: a rule a card refuses is a failure, though ethtool ends with 0", async () => {
  const step = long.at(-1);
  const probes = [answer("nics\n"), answer("0\n"), answer(""), answer("15\n")];
  const decided = step?.decide(answer(""), probes, place);
  if (decided?.state !== "needed") throw new Error("nothing to do");
  const [program = "", ...rest] = decided.actions[0]?.argv ?? [];
  const directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const said = "rmgr: Cannot insert RX class rule: Operation not supported";
  const ethtool = `#!/bin/sh\necho "${said}"\n`;
  try {
    await writeFile(join(directory, "ethtool"), ethtool, { mode: 0o755 });
    const env = { ...process.env, PATH: `${directory}:${process.env["PATH"]}` };
    await expect(run(program, rest, { env })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(said),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("bug 30: packets stay within the MTU on a kernel without the patch", () => {
  expect(namedBy(conditions(), /gso/)?.title).toBe("hand lab0 at most 9000 bytes to be cut");
});
