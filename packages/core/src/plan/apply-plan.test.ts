import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { knob } from "../../test/support/plan-knob.js";
import { type ScriptedHost, scriptedHost, scriptedPlace } from "../testing/scripted-host.js";
import { applyPlan } from "./apply-plan.js";
import { applyScoped } from "./apply-scoped.js";
import { heldStatus } from "./lease-command.js";
import { makePlan } from "./plan.js";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "hoststack-apply-"));
  vi.stubEnv("XDG_STATE_HOME", directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What each batch consisted of: names of the plan layer's scripts, or the program. */
function shape({ batches }: ScriptedHost): string[][] {
  return batches.map((batch) =>
    batch.map(({ argv }) => (argv[1] === "-c" ? (argv[3] ?? "") : argv[0])),
  );
}

const answers = { "cat /a": "0\n", "cat /b": "0\n" };
const steps = [knob("a", "1"), knob("b", "1")];

describe("applying", () => {
  test("takes one round trip per host, all needed steps and the lease in it", async () => {
    const host = scriptedHost(answers);
    const same = scriptedHost({ "cat /a": "1\n", "cat /b": "1\n" }, "same");
    const plan = await makePlan([
      { host, steps },
      { host: same, steps },
    ]);
    const report = await applyPlan(plan);
    expect(report).toMatchObject({
      changes: 2,
      hosts: [
        { host: "scripted", applied: ["knob:a", "knob:b"] },
        { host: "same", applied: [] },
      ],
    });
    expect(shape(host)).toEqual([
      ["hoststack-place", "cat", "cat"],
      ["hoststack-take", "sh", "sh", "hoststack-release"],
    ]);
    expect(same.batches).toHaveLength(1);
  });

  test("does nothing when a step is impossible", async () => {
    const host = scriptedHost({ ...answers, "cat /b": { exitCode: 1 } });
    const plan = await makePlan([{ host, steps }]);
    await expect(applyPlan(plan)).rejects.toMatchObject({
      code: "PLAN_IMPOSSIBLE",
      message: 'step "knob:b" cannot be done on scripted: its check, cat /b, ended with status 1',
    });
    expect(host.batches).toHaveLength(1);
  });

  test("stops at a step that fails and gives the machine back", async () => {
    const host = scriptedHost({
      ...answers,
      sh: { exitCode: 1, stdout: "action 0 7\n", stderr: "tee: /a: read-only\n" },
    });
    const plan = await makePlan([{ host, steps }]);
    await expect(applyPlan(plan)).rejects.toMatchObject({
      code: "PLAN_FAILED",
      message: 'step "knob:a" on scripted failed: tee /a ended with status 7: tee: /a: read-only',
    });
    expect(shape(host).at(-1)).toEqual(["hoststack-release"]);
    expect(host.batches).toHaveLength(3);
  });

  test.each([
    ["changed state\n5\n", "PLAN_STALE", 'cat /a prints "5\\n", but the plan was made for "0\\n"'],
    ["unverified state\n5\n", "PLAN_FAILED", 'cat /a prints "5\\n" and not "1\\n"'],
    ["verify 2\n", "PLAN_FAILED", "cat /a ended with status 2"],
    ["check 2\n", "PLAN_FAILED", "cat /a ended with status 2"],
    ["lease lost\n", "LEASE_LOST", "was not begun"],
    ["journal its entry\n", "PLAN_FAILED", "its entry could not be written"],
    ["mark applied\n", "PLAN_FAILED", "could not be marked"],
    ["", "PLAN_FAILED", "was ended from outside"],
  ])("tells %j as %s", async (stdout, code, words) => {
    const host = scriptedHost({ ...answers, sh: { exitCode: 1, stdout } });
    const failure = await applyPlan(await makePlan([{ host, steps }])).catch((error) => error);
    expect(failure).toMatchObject({ code, remedy: expect.any(String) });
    expect(failure.message).toContain('step "knob:a" on scripted');
    expect(failure.message).toContain(words);
  });

  test("says who holds a machine", async () => {
    const lease =
      "token\nboot\n10300\nheld\n2026-01-02T03:04:05.678Z\neve@lab, process 7\nmeasure\n";
    const host = scriptedHost({
      ...answers,
      "hoststack-take": { exitCode: heldStatus, stdout: `held\n100.50\n${lease}` },
    });
    await expect(applyPlan(await makePlan([{ host, steps }]))).rejects.toMatchObject({
      code: "LEASE_HELD",
      message:
        'scripted is held by eve@lab, process 7 for "measure" since 2026-01-02T03:04:05.678Z; without another heart-beat it ends in 2.5 s',
      details: { remainingMs: 2500, undoing: false },
    });
  });

  test("names a program that leases need", async () => {
    const host = scriptedHost({
      ...answers,
      "hoststack-take": { exitCode: 69, stderr: "flock is not installed\n" },
    });
    await expect(applyPlan(await makePlan([{ host, steps }]))).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: '"flock" is not installed on scripted',
    });
  });

  test("tells why a step that waited for another cannot be done", async () => {
    const host = scriptedHost(answers);
    const waiting = (otherwise?: { reason: string; remedy: string }) => ({
      ...knob("b", "1"),
      decide: () =>
        ({ state: "unknownUntil", stepId: "knob:a", ...(otherwise && { otherwise }) }) as const,
    });
    const outcome = async (second: ReturnType<typeof waiting>) =>
      await applyPlan(await makePlan([{ host, steps: [knob("a", "1"), second] }])).catch((e) => e);
    expect(
      await outcome(waiting({ reason: "there is no git", remedy: "install it" })),
    ).toMatchObject({
      code: "PLAN_FAILED",
      message:
        'step "knob:b" on scripted cannot be done: there is no git; it waited for "knob:a", which is done or not in the plan',
      remedy: "install it",
    });
    expect(await outcome(waiting())).toMatchObject({
      message: expect.stringContaining('still waits for "knob:a"'),
      remedy: 'put "knob:a" before it in the plan',
    });
  });

  test("takes the machine first where a change of another run is in force", async () => {
    const left = `${scriptedPlace}scoped dead machine/1-a\n`;
    const places = [left, left, scriptedPlace];
    const knobs = ["1\n", "0\n"];
    const host = scriptedHost({
      "hoststack-place": () => places.shift() ?? scriptedPlace,
      "hoststack-take": "taken\nrestored: set a to 1\n",
      "cat /a": () => knobs.shift() ?? "1\n",
    });
    const plan = await makePlan([{ host, steps: steps.slice(0, 1) }]);
    expect(plan.changes).toBe(0);
    expect(await applyPlan(plan)).toMatchObject({ changes: 1 });
    expect(shape(host)).toEqual([
      ["hoststack-place", "cat"],
      ["hoststack-place"],
      ["hoststack-take"],
      ["hoststack-place", "cat"],
      ["sh"],
      ["hoststack-release"],
    ]);
  });

  test("names a program that guards need", async () => {
    const host = scriptedHost({
      ...answers,
      "hoststack-guard": { exitCode: 69, stderr: "setsid is not installed\n" },
    });
    const scoped = steps.map((step) => ({ ...step, lifetime: "scoped" as const }));
    const plan = await makePlan([{ host, steps: scoped }]);
    await expect(applyScoped(plan, { purpose: "test" })).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: '"setsid" is not installed on scripted',
      remedy: "install the package util-linux on scripted",
    });
    expect(shape(host).at(-1)).toEqual(["hoststack-release"]);
  });

  test("brings supplies first", async () => {
    const localPath = join(directory, "supply");
    writeFileSync(localPath, "content");
    const first = knob("a", "1");
    const supplied = {
      ...first,
      decide: (...asked: Parameters<typeof first.decide>) => {
        const supplies = [{ localPath, hostPath: `${asked[2].savedDirectory}/supply` }];
        return { ...first.decide(...asked), supplies } as ReturnType<typeof first.decide>;
      },
    };
    const mkdir = `sh -c 'umask 077; exec mkdir -p -- "$1"' sh /state/saved`;
    const host = scriptedHost({ ...answers, [mkdir]: "", sh: "applied -\n" });
    await applyPlan(await makePlan([{ host, steps: [supplied] }]));
    expect([...host.files]).toEqual([["/state/saved/supply", "content"]]);
  });
});

describe("scoped steps", () => {
  const scoped = steps.map((step) => ({ ...step, lifetime: "scoped" as const }));

  test("run under a guard and are undone newest first", async () => {
    const host = scriptedHost(answers);
    const plan = await makePlan([{ host, steps: scoped }]);
    const held = await applyScoped(plan, { purpose: "test" });
    await held[Symbol.asyncDispose]();
    expect(shape(host)).toEqual([
      ["hoststack-place", "cat", "cat"],
      ["hoststack-place"],
      ["hoststack-take"],
      ["hoststack-guard", "sh", "sh"],
      ["hoststack-undo", "hoststack-undo"],
      ["hoststack-release"],
    ]);
    const undone = host.batches[4]?.map(({ argv }) => argv.at(-1));
    expect(undone).toEqual([
      expect.stringMatching(/^\/state\/journal\/machine\/00000002-\w{8}-scripted-knob-b$/),
      expect.stringMatching(/^\/state\/journal\/machine\/00000001-\w{8}-scripted-knob-a$/),
    ]);
  });

  test("that cannot be undone are named", async () => {
    const host = scriptedHost({
      ...answers,
      "hoststack-undo": { exitCode: 3, stdout: "conflict: set a to 1\n7\n" },
    });
    const held = await applyScoped(await makePlan([{ host, steps: scoped.slice(0, 1) }]), {
      purpose: "test",
    });
    await expect(held[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: "RESTORE_CONFLICT",
      message: 'not undone: "knob:a" on scripted (conflict; now "7\\n")',
    });
    expect(shape(host).at(-1)).toEqual(["hoststack-release"]);
  });

  test("are undone on all hosts when one fails", async () => {
    const good = scriptedHost(answers, "good");
    const bad = scriptedHost({ ...answers, sh: { exitCode: 1, stdout: "action 0 1\n" } }, "bad");
    const plan = await makePlan([good, bad].map((host) => ({ host, steps: scoped })));
    await expect(applyScoped(plan, { purpose: "test" })).rejects.toMatchObject({
      code: "PLAN_FAILED",
    });
    expect(shape(good).slice(-2)).toEqual([
      ["hoststack-undo", "hoststack-undo"],
      ["hoststack-release"],
    ]);
    expect(shape(bad).slice(-2)).toEqual([["hoststack-undo"], ["hoststack-release"]]);
  });
});
