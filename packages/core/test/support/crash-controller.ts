import { openHost } from "../../src/host/open-host.js";
import type { Transport } from "../../src/host/transport.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { acquireLease } from "../../src/plan/lease.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import type { Step } from "../../src/plan/step.js";
import { builtBinaryStep } from "../../src/steps/built-binary.js";
import { downloadStep } from "../../src/steps/download.js";
import { fileStep } from "../../src/steps/file.js";
import { gitCheckoutStep } from "../../src/steps/git-checkout.js";
import { softRoceStep } from "../../src/steps/link/soft-roce.js";
import { packagesStep } from "../../src/steps/packages.js";
import { patternEditStep } from "../../src/steps/pattern-edit.js";
import { script } from "../../src/steps/script.js";
import { stepsOfProfile } from "../../src/tuning/host-steps.js";
import type { ProfileStep } from "../../src/tuning/profile.js";

/** When a controller is killed. */
export const crashMoments = [
  "between snapshot and apply",
  "between apply and verify",
  "during restore",
] as const;
type CrashMoment = (typeof crashMoments)[number];

const lifetime = "kept";

/** Steps that profiles do not have, by name. */
const others: Readonly<Record<string, (options: never) => Promise<Step> | Step>> = {
  "built-binary": builtBinaryStep,
  download: downloadStep,
  file: fileStep,
  "git-checkout": gitCheckoutStep,
  packages: packagesStep,
  "pattern-edit": patternEditStep,
  "soft-roce": (options: { nic: string }) =>
    softRoceStep({ ...options, lifetime, after: "module:rdma_rxe" }),
};

/** The steps of a plan from data, so that a process of its own makes the same. */
export async function crashSteps(steps: readonly ProfileStep[]): Promise<readonly Step[]> {
  const made = steps.map(async (one) => {
    const other = others[one.step];
    return other === undefined
      ? stepsOfProfile([one], { lifetime })
      : [await other(one.options as never)];
  });
  return (await Promise.all(made)).flat();
}

/** What a controller that is killed is told. */
export interface CrashOrder {
  readonly steps: readonly ProfileStep[];
  /** Position of the step it stops in. */
  readonly at: number;
  readonly moment: CrashMoment;
  /** A file on the host that it makes when it has come there; the second time it goes on. */
  readonly mark: string;
  readonly leaseMs: number;
}

/** Tells the shell above, which holds the lock of the engine, and itself. */
const stopHere =
  '[ ! -e "$1" ] || exit 0; echo "$PPID $$" >"$1.new"; mv "$1.new" "$1"; exec sleep 600';

/** The step, stopping at a moment. */
function stopping(step: Step, { moment, mark }: CrashOrder): Step {
  const stop = script(stopHere, mark);
  return {
    ...step,
    decide: (...asked) => {
      const decision = step.decide(...asked);
      if (decision.state !== "needed") return decision;
      const { actions, undo } = decision;
      switch (moment) {
        case "between snapshot and apply":
          return { ...decision, actions: [stop, ...actions] };
        case "between apply and verify":
          return { ...decision, actions: [...actions, stop] };
        case "during restore":
          return { ...decision, undo: [...undo, stop] };
      }
    },
  };
}

/**
 * The life of a controller up to where it is killed: the main program of a process of its own, called by its text.
 *
 * @public
 */
export async function crash(transport: Transport, order: CrashOrder): Promise<void> {
  const { moment, at, leaseMs } = order;
  const host = openHost({ name: "client", machine: { id: "client" }, transport });
  const made = await crashSteps(order.steps);
  const steps = made.map((step, index) => (index === at ? stopping(step, order) : step));
  const plan = await makePlan([{ host, steps }]);
  const lease = await acquireLease([host], { purpose: "be killed", leaseMs });
  await applyPlan(plan, { lease });
  if (moment === "during restore") await restore([host], { lease });
  throw new Error(`it was not killed ${moment}`);
}
