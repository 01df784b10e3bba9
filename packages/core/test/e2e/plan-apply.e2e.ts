import { existsSync, readdirSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { formatPlan } from "../../src/plan/format-plan.js";
import { acquireLease } from "../../src/plan/lease.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import type { Decision, Step } from "../../src/plan/step.js";
import { planPlace } from "../support/plan-place.js";
import { toyFile } from "../support/plan-steps.js";

const journal = (state: string) => readdirSync(join(state, "journal", "machine"));

test("a plan is applied; applied again there is nothing to do; restored all is as before", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const path = join(place.directory, "it's a file");
  await writeFile(path, "before\n\n");
  const steps = [
    toyFile({ path, content: "after\n", lifetime: "kept" }),
    toyFile({ path: join(place.directory, "new"), content: "x\n", lifetime: "kept" }),
  ];
  const report = await applyPlan(await makePlan([{ host, steps }]));
  expect(report.hosts).toEqual([{ host: "here", applied: steps.map(({ id }) => id) }]);
  expect(await readFile(path, "utf8")).toBe("after\n");
  expect((await stat(place.state)).mode & 0o777).toBe(0o700);
  expect(existsSync(join(place.state, "lease"))).toBe(false);
  const again = await makePlan([{ host, steps }]);
  expect(formatPlan(again)).toBe("nothing to do\n");
  expect((await applyPlan(again)).changes).toBe(0);
  const restored = await restore([host]);
  expect(restored.hosts[0]?.entries.map(({ outcome, entry }) => [outcome, entry.stepId])).toEqual([
    ["restored", steps[1]?.id],
    ["restored", steps[0]?.id],
  ]);
  expect(restored.complete).toBe(true);
  expect(await readFile(path, "utf8")).toBe("before\n\n");
  expect(readdirSync(place.directory).sort()).toEqual(["controller", "it's a file", "state"]);
});

/** A step whose one action is given. */
function acting(
  id: string,
  action: readonly [string, ...string[]],
  step: Partial<Step> = {},
): Step {
  return {
    id,
    title: id,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: { argv: ["echo", "off"] },
    decide: () => ({ state: "needed", wanted: "on\n", actions: [{ argv: action }], undo: [] }),
    ...step,
  };
}

test("a step that fails stops its host: kept changes stay, scoped ones are undone", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const path = (name: string) => join(place.directory, name);
  const before = [
    toyFile({ path: path("kept"), content: "k\n", lifetime: "kept" }),
    toyFile({ path: path("scoped"), content: "s\n", lifetime: "scoped" }),
  ];
  const after = toyFile({ path: path("after"), content: "a\n", lifetime: "kept" });
  const bad = acting("bad", ["sh", "-c", "echo no such knob >&2; exit 3"]);
  const plan = await makePlan([{ host, steps: [...before, bad, after] }]);
  await using lease = await acquireLease([host], { purpose: "test" });
  await expect(applyPlan(plan, { lease })).rejects.toMatchObject({
    code: "PLAN_FAILED",
    message:
      "step \"bad\" on here failed: sh -c 'echo no such knob >&2; exit 3' ended with status 3: no such knob",
  });
  expect(existsSync(path("kept"))).toBe(true);
  expect(existsSync(path("scoped"))).toBe(false);
  expect(existsSync(path("after"))).toBe(false);
  expect(journal(place.state)).toHaveLength(2);
  const report = await restore([host], { lease });
  expect(report.hosts[0]?.entries.map(({ outcome }) => outcome)).toEqual(["already", "restored"]);
  expect(journal(place.state)).toEqual([]);
});

test("a step that does not lead to its wanted state says what came instead", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const plan = await makePlan([{ host, steps: [acting("idle", ["true"])] }]);
  await expect(applyPlan(plan)).rejects.toMatchObject({
    code: "PLAN_FAILED",
    message:
      'step "idle" on here did not lead to what it wants: echo off prints "off\\n" and not "on\\n"',
    details: { stepId: "idle", host: "here", wanted: "on\n", now: "off\n" },
  });
  expect(existsSync(join(place.state, "lease"))).toBe(false);
});

test("a state that changed since the plan was made is not overwritten", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const path = join(place.directory, "file");
  const plan = await makePlan([
    { host, steps: [toyFile({ path, content: "x\n", lifetime: "kept" })] },
  ]);
  await writeFile(path, "somebody else's\n");
  await expect(applyPlan(plan)).rejects.toMatchObject({ code: "PLAN_STALE" });
  expect(await readFile(path, "utf8")).toBe("somebody else's\n");
  expect(journal(place.state)).toEqual([]);
  expect((await restore([host])).hosts[0]).toMatchObject({ entries: [], lost: [] });
});

test("a step that depends on another is decided once that is done", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const first = toyFile({ path: join(place.directory, "tool"), content: "v\n", lifetime: "kept" });
  const path = join(place.directory, "made by tool");
  const toy = toyFile({ path, content: "made\n", lifetime: "kept" });
  const second: Step = {
    ...toy,
    probes: [{ argv: ["test", "-e", join(place.directory, "tool")] }],
    decide: (seen, [tool], stepPlace): Decision =>
      tool?.exitCode === 0
        ? toy.decide(seen, [], stepPlace)
        : { state: "unknownUntil", stepId: first.id },
  };
  const plan = await makePlan([{ host, steps: [first, second] }]);
  expect(plan.changes).toBe(2);
  expect((await applyPlan(plan)).changes).toBe(2);
  expect(await readFile(path, "utf8")).toBe("made\n");
  const never = acting("never", ["true"], {
    decide: () => ({ state: "unknownUntil", stepId: "not there" }),
  });
  await expect(applyPlan(await makePlan([{ host, steps: [never] }]))).rejects.toMatchObject({
    code: "PLAN_FAILED",
    message: expect.stringContaining('still waits for "not there"'),
  });
  expect((await restore([host])).complete).toBe(true);
});

test("files of the controller are there before the actions that need them", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const localPath = join(place.directory, "here");
  await writeFile(localPath, "supplied\n");
  const path = join(place.directory, "there");
  const toy = toyFile({ path, content: "supplied\n", lifetime: "kept" });
  const step: Step = {
    ...toy,
    decide: (seen, answers, at) => {
      const decision = toy.decide(seen, answers, at);
      if (decision.state !== "needed") return decision;
      const hostPath = `${at.savedDirectory}/supplied-file`;
      const actions = [{ argv: ["mv", hostPath, path] as const }];
      return { ...decision, actions, supplies: [{ localPath, hostPath }] };
    },
  };
  const plan = await makePlan([{ host, steps: [step] }]);
  await applyPlan(plan);
  expect(await readFile(path, "utf8")).toBe("supplied\n");
  await expect(applyPlan(plan)).rejects.toMatchObject({ code: "PLAN_STALE" });
  const saved = join(place.state, "saved");
  expect(readdirSync(saved)).toEqual(["supplied-file"]);
  // What was brought in vain goes when the machine is taken the next time.
  await using other = place.open();
  await using _lease = await acquireLease([other], { purpose: "look" });
  expect(readdirSync(saved)).toEqual([]);
});

test("scoped changes are undone on dispose, kept ones are not", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const path = (name: string) => join(place.directory, name);
  const steps = [
    toyFile({ path: path("kept"), content: "k\n", lifetime: "kept" }),
    toyFile({ path: path("scoped"), content: "s\n", lifetime: "scoped" }),
  ];
  const plan = await makePlan([{ host, steps }]);
  await expect(applyPlan(plan)).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
  const scoped = await applyScoped(plan, { purpose: "test" });
  expect(existsSync(path("scoped"))).toBe(true);
  expect(readdirSync(place.state).filter((name) => name.startsWith("guard-"))).toHaveLength(1);
  await scoped[Symbol.asyncDispose]();
  expect([existsSync(path("kept")), existsSync(path("scoped"))]).toEqual([true, false]);
  expect(readdirSync(place.state).sort()).toEqual([
    "busy",
    "journal",
    "lock",
    "restore.sh",
    "saved",
    "undo",
  ]);
});

test("a plan that is stopped undoes what is scoped", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const path = (name: string) => join(place.directory, name);
  const steps = [
    toyFile({ path: path("scoped"), content: "s\n", lifetime: "scoped" }),
    acting("slow", ["sleep", "60"], { lifetime: "scoped" }),
  ];
  const plan = await makePlan([{ host, steps }]);
  const signal = AbortSignal.timeout(700);
  await expect(applyScoped(plan, { purpose: "test", signal })).rejects.toMatchObject({
    code: "INTERRUPTED",
  });
  expect(existsSync(path("scoped"))).toBe(false);
  expect(journal(place.state)).toEqual([]);
  expect(existsSync(join(place.state, "lease"))).toBe(false);
});
