import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { formatPlan } from "../../src/plan/format-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import { type PlanPlace, planPlace } from "../support/plan-place.js";
import { type ToyFile, toyFile } from "../support/plan-steps.js";

/** Applies toy files to this machine; their names are paths in the directory of the test. */
async function applied(place: PlanPlace, files: readonly Partial<ToyFile>[]): Promise<void> {
  await using host = place.open();
  const steps = files.map((file, index) =>
    toyFile({
      path: join(place.directory, `file-${index}`),
      content: `new ${index}\n`,
      lifetime: "kept",
      ...file,
    }),
  );
  await applyPlan(await makePlan([{ host, steps }]));
}

test("a conflict is reported and not overwritten, from any controller", async () => {
  await using place = await planPlace();
  await applied(place, [{}, {}]);
  const path = join(place.directory, "file-0");
  await writeFile(path, "somebody else's\n");
  vi.stubEnv("XDG_STATE_HOME", join(place.directory, "another controller"));
  await using host = place.open("another name");
  const report = await restore([host]);
  expect(report.complete).toBe(false);
  expect(report.hosts[0]?.entries).toMatchObject([
    { outcome: "restored" },
    { outcome: "conflict", now: "file\nsomebody else's\n", entry: { wanted: "file\nnew 0\n" } },
  ]);
  expect(await readFile(path, "utf8")).toBe("somebody else's\n");
  await rm(path);
  const again = await restore([host]);
  expect(again.hosts[0]?.entries).toMatchObject([{ outcome: "already" }]);
  expect(again.complete).toBe(true);
});

test("only changes of the lifetime that is asked for are undone", async () => {
  await using place = await planPlace();
  await applied(place, [{}]);
  await using host = place.open();
  const report = await restore([host], { lifetimes: ["scoped"] });
  expect(report.hosts[0]?.entries).toEqual([]);
  expect(existsSync(join(place.directory, "file-0"))).toBe(true);
});

test("without any hoststack a plain sh undoes everything, newest first", async () => {
  await using place = await planPlace();
  const path = join(place.directory, "file-0");
  await writeFile(path, "before $(false) `x` 'y'\n");
  await applied(place, [{ content: "first\n" }, {}]);
  await applied(place, [{ content: "second\n" }]);
  const { stdout, stderr, status } = spawnSync("sh", ["restore.sh"], {
    cwd: place.state,
    encoding: "utf8",
  });
  const file = (index: number) => `restored: toy file ${join(place.directory, `file-${index}`)}\n`;
  expect({ stdout, stderr, status }).toEqual({
    stdout: file(0) + file(1) + file(0),
    stderr: "",
    status: 0,
  });
  expect(await readFile(path, "utf8")).toBe("before $(false) `x` 'y'\n");
  expect(existsSync(join(place.directory, "file-1"))).toBe(false);
  expect(readdirSync(join(place.state, "journal", "machine"))).toEqual([]);
  await using host = place.open();
  // Its copies of what was undone without it are no reason to complain.
  expect(await restore([host])).toMatchObject({
    complete: true,
    hosts: [{ entries: [], lost: [] }],
  });
});

test("changes whose journal somebody deleted are told, with a script that undoes them", async () => {
  await using place = await planPlace();
  await applied(place, [{}]);
  await rename(join(place.state, "journal"), join(place.directory, "journal"));
  await using host = place.open();
  const report = await restore([host]);
  const [lost] = report.hosts[0]?.lost ?? [];
  expect(report.complete).toBe(false);
  expect(lost).toMatchObject({ now: "file\nnew 0\n", entry: { stepId: expect.any(String) } });
  const [script, directory] = [lost?.script ?? "", join(place.directory, "by hand")];
  const run = 'mkdir -p "$0/a/b/c" && cat >"$0/a/b/c/undo.sh" && exec sh "$0/a/b/c/undo.sh"';
  const byHand = spawnSync("sh", ["-c", run, directory], { input: script, encoding: "utf8" });
  expect(byHand.stdout).toMatch(/^restored: /);
  expect(existsSync(join(place.directory, "file-0"))).toBe(false);
  expect((await restore([host])).complete).toBe(true);
});

test("entries that cannot be read are told", async () => {
  await using place = await planPlace();
  await applied(place, [{}]);
  const [name = ""] = readdirSync(join(place.state, "journal", "machine"));
  const path = join(place.state, "journal", "machine", name, "entry.json");
  const text = readFileSync(path, "utf8");
  await writeFile(path, text.replace('"recordVersion":1', '"recordVersion":99'));
  await using host = place.open();
  const report = await restore([host]);
  expect(report).toMatchObject({ complete: false, hosts: [{ unreadable: [`machine/${name}`] }] });
});

test("what a restart undid is dropped", async () => {
  await using place = await planPlace();
  await applied(place, [{ survives: "boot" }]);
  const [name = ""] = readdirSync(join(place.state, "journal", "machine"));
  const entry = join(place.state, "journal", "machine", name);
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  for (const file of ["entry.json", "undo.sh"]) {
    const text = readFileSync(join(entry, file), "utf8");
    expect(text).toContain(bootId);
    await writeFile(join(entry, file), text.replaceAll(bootId, "an earlier one"));
  }
  await using host = place.open();
  const report = await restore([host]);
  expect(report.hosts[0]?.entries).toMatchObject([{ outcome: "rebooted" }]);
  expect(existsSync(entry)).toBe(false);
  expect(existsSync(join(place.directory, "file-0"))).toBe(true);
});

/** A scoped change whose controller is dead, and its guard as well. */
async function abandoned(place: PlanPlace, path: string): Promise<void> {
  const host = place.open();
  const steps = [toyFile({ path, content: "s\n", lifetime: "scoped" })];
  const plan = await makePlan([{ host, steps }]);
  const scoped = await applyScoped(plan, { purpose: "die", leaseMs: 600 });
  const guard = readdirSync(place.state).find((name) => name.startsWith("guard-")) ?? "";
  process.kill(-Number(readFileSync(join(place.state, guard), "utf8")), "SIGKILL");
  await host[Symbol.asyncDispose]();
  await sleep(700);
  await expect(scoped[Symbol.asyncDispose]()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  expect(existsSync(path)).toBe(true);
}

test("what a dead holder without a guard left is undone by the next one", async () => {
  await using place = await planPlace();
  const path = join(place.directory, "scoped");
  await abandoned(place, path);
  await using host = place.open();
  const steps = [toyFile({ path, content: "s\n", lifetime: "scoped" })];
  const plan = await makePlan([{ host, steps }]);
  // The step is satisfied, for the dead one's change is still there.
  expect(plan).toMatchObject({ changes: 0, passing: 1 });
  const again = await applyScoped(plan, { purpose: "live" });
  expect(again.report.changes).toBe(1);
  await again[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
});

test("a plan is not satisfied by changes that end with another run", async () => {
  await using place = await planPlace();
  const path = join(place.directory, "wanted");
  await abandoned(place, path);
  await using host = place.open();
  const keep = [toyFile({ path, content: "s\n", lifetime: "kept" })];
  const plan = await makePlan([{ host, steps: keep }]);
  expect(plan).toMatchObject({ changes: 0, passing: 1 });
  expect(formatPlan(plan)).toContain("a change of another run in force");
  expect(await applyPlan(plan)).toMatchObject({ changes: 1 });
  expect(formatPlan(await makePlan([{ host, steps: keep }]))).toBe("nothing to do\n");
  expect((await restore([host])).complete).toBe(true);

  await using other = place.open();
  const scoped = [toyFile({ path, content: "s\n", lifetime: "scoped" })];
  const live = await applyScoped(await makePlan([{ host: other, steps: scoped }]), {
    purpose: "live",
  });
  await expect(applyPlan(await makePlan([{ host, steps: keep }]))).rejects.toMatchObject({
    code: "LEASE_HELD",
  });
  await live[Symbol.asyncDispose]();
});
