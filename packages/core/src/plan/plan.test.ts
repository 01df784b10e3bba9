import { describe, expect, test } from "vitest";
import { knob } from "../../test/support/plan-knob.js";
import { scriptedHost, scriptedPlace } from "../testing/scripted-host.js";
import { formatPlan, planJson } from "./format-plan.js";
import { makePlan, makePlans } from "./plan.js";

describe("a plan", () => {
  test("asks every host everything in one round trip", async () => {
    const probe = { argv: ["uname", "-r"] } as const;
    const answers = { "cat /a": "1\n", "cat /b": "2\n", "uname -r": "6.1\n" };
    const hosts = [scriptedHost(answers, "client"), scriptedHost(answers, "server")];
    const seen: string[] = [];
    const asking = {
      ...knob("b", "2"),
      probes: [probe, probe],
      decide: (state: { stdout: string }, probed: readonly { stdout: string }[]) => {
        seen.push(state.stdout, ...probed.map(({ stdout }) => stdout));
        return { state: "satisfied" } as const;
      },
    };
    const plan = await makePlan(hosts.map((host) => ({ host, steps: [asking, knob("a", "1")] })));
    expect(hosts.map(({ batches }) => batches.length)).toEqual([1, 1]);
    expect(seen).toEqual(["2\n", "6.1\n", "6.1\n", "2\n", "6.1\n", "6.1\n"]);
    expect(plan).toMatchObject({ changes: 0, impossible: [] });
    expect(formatPlan(plan)).toBe("nothing to do\n");
  });

  test("of several plans each question goes to a host once, and each plan has its own decisions", async () => {
    const host = scriptedHost({ "cat /a": "1\n", "cat /b": "2\n" });
    const plans = await makePlans([
      [{ host, steps: [knob("a", "1"), knob("b", "2")] }],
      [],
      [{ host, steps: [knob("b", "3")] }],
    ]);
    expect(plans.map(({ changes }) => changes)).toEqual([0, 0, 1]);
    expect(new Set(plans.map(({ planId }) => planId)).size).toBe(3);
    expect(host.batches.map((batch) => batch.length)).toEqual([3]);
  });

  test("shows what it would do as commands and differences", async () => {
    const host = scriptedHost({ "cat /a": "1\n", "cat '/it'\\''s'": "0\n", "cat /c": "3\n" });
    const steps = [
      knob("a", "1"),
      { ...knob("it's", "2 3"), lifetime: "scoped" as const },
      { ...knob("c", "4"), decide: () => ({ state: "unknownUntil", stepId: "knob:a" }) as const },
    ];
    const plan = await makePlan([
      { host, steps },
      { host: scriptedHost({}, "idle"), steps: [] },
    ]);
    expect(plan.changes).toBe(2);
    expect(formatPlan(plan)).toMatchInlineSnapshot(`
      "scripted:
        ~ set it's to 2 3 (undone when the run ends)
            0 -> 2 3
          $ tee '/it'\\''s'  # given 4 bytes of input
          cannot be set back: its counters
        ? set c to 4: decided once "knob:a" is done
      idle: nothing to do
      "
    `);
    expect(JSON.parse(JSON.stringify(planJson(plan)))).toMatchObject({
      planVersion: 1,
      changes: 2,
      hosts: [
        {
          host: "scripted",
          machineId: "0123456789abcdef0123456789abcdef",
          steps: [
            { id: "knob:a", state: "satisfied", seen: "1\n" },
            { id: "knob:it's", state: "needed", wanted: "2 3\n", lifetime: "scoped" },
            { id: "knob:c", state: "unknownUntil", stepId: "knob:a" },
          ],
        },
        { host: "idle", steps: [] },
      ],
    });
  });

  test("is not nothing while changes of another run are in force", async () => {
    const place = `${scriptedPlace}entry machine/1-a\nscoped dead machine/1-a\n`;
    const host = scriptedHost({ "cat /a": "1\n", "hoststack-place": place });
    const plan = await makePlan([{ host, steps: [knob("a", "1")] }]);
    expect(plan).toMatchObject({ changes: 0, passing: 1 });
    expect(formatPlan(plan)).toBe(
      "scripted:\n  * a change of another run in force: undone first, unless that run is alive\n",
    );
    expect(planJson(plan)).toMatchObject({ hosts: [{ passing: ["machine/1-a"] }] });
  });

  test("has steps it cannot do, with the words of the host", async () => {
    const host = scriptedHost({
      "cat /a": { exitCode: 1, stderr: "cat: /a: No such file or directory\n" },
      "cat /b": "\uFFFD\n",
    });
    const plan = await makePlan([{ host, steps: [knob("a", "1"), knob("b", "1")] }]);
    expect(plan.changes).toBe(0);
    expect(formatPlan(plan)).toMatchInlineSnapshot(`
      "scripted:
        ! set a to 1: its check, cat /a, ended with status 1: cat: /a: No such file or directory
          run the check on the host by hand
        ! set b to 1: the state its check, cat /b, prints holds NUL or is not UTF-8
          have the check print a checksum of the state instead
      "
    `);
  });

  test("refuses two steps of one id", async () => {
    const steps = [knob("a", "1"), knob("a", "2")];
    await expect(makePlan([{ host: scriptedHost(), steps }])).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: 'the plan for scripted has two steps "knob:a"',
    });
  });

  test("needs a host that tells its place", async () => {
    const host = scriptedHost({ "hoststack-place": { exitCode: 1, stderr: "no /proc\n" } });
    await expect(makePlan([{ host, steps: [] }])).rejects.toMatchObject({ code: "COMMAND_FAILED" });
    const relative = scriptedHost({
      "hoststack-place": "user 0\nboot b\nmachine m\nnetns n\nstate here\nuptime 1.00\n",
    });
    await expect(makePlan([{ host: relative, steps: [] }])).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining('"here", is not an absolute path'),
    });
  });
});
