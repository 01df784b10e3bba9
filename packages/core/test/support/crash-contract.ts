import { expect, test, vi } from "vitest";
import type { BatchCommand } from "../../src/host/batch.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import type { Step } from "../../src/plan/step.js";
import { script } from "../../src/steps/script.js";
import type { StepCase } from "../../src/testing/step-contract.js";
import { temporaryDirectory } from "./step-hosts.js";

/** Kills the shell above that holds a lock of the engine on descriptor $1, once: $3 is made the first time. */
const killScript = `
[ ! -e "$3" ] || exit 0
: >"$3"
process=$PPID
until case $(readlink "/proc/$process/fd/$1") in */"$2") true;; *) false;; esac; do
  process=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$process/status")
  [ -n "$process" ] || exit 1
done
kill -9 "$process"
`;

const moments = ["before its actions", "before its proof", "during its undo"] as const;
type Moment = (typeof moments)[number];

/** The same step, whose script is killed at a moment. */
function killed(step: Step, moment: Moment, mark: string): Step {
  const apply: BatchCommand = script(killScript, "8", "busy", mark);
  const undo: BatchCommand = script(killScript, "9", "undo", mark);
  return {
    ...step,
    lifetime: "kept",
    decide: (...asked) => {
      const decision = step.decide(...asked);
      if (decision.state !== "needed") return decision;
      if (moment === "before its actions") {
        return { ...decision, actions: [apply, ...decision.actions] };
      }
      return moment === "before its proof"
        ? { ...decision, actions: [...decision.actions, apply] }
        : { ...decision, undo: [...decision.undo, undo] };
    },
  };
}

/** A step that is killed amid its work leaves a journal that brings everything back. Call it from a test file. */
export function crashContract(name: string, open: () => Promise<StepCase>): void {
  test.each(moments)(`${name} comes back when it is killed %s`, async (moment) => {
    await using directory = await temporaryDirectory();
    vi.stubEnv("XDG_STATE_HOME", directory.path);
    await using one = await open();
    const { host } = one;
    const mark = `/tmp/killed-${name.replaceAll(/\W/g, "-")}-${moments.indexOf(moment)}`;
    await host.run({ argv: ["rm", "-f", mark] });
    const before = await one.surroundings?.();
    const targets = [{ host, steps: [killed(one.step, moment, mark)] }];
    const applied = applyPlan(await makePlan(targets));
    if (moment === "during its undo") await applied;
    else await expect(applied).rejects.toMatchObject({ code: "PLAN_FAILED" });
    const first = await restore([host]);
    expect(first.complete).toBe(moment !== "during its undo");
    if (!first.complete) expect((await restore([host])).complete).toBe(true);
    expect(await one.surroundings?.()).toBe(before);
    await host.run({ argv: ["rm", mark] });
  });
}
