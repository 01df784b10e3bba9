import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { applyScoped, type ScopedPlan } from "../plan/apply-scoped.js";
import { makePlan, type PlanTarget } from "../plan/plan.js";
import type { Step } from "../plan/step.js";
import type { Testbed } from "../testbed/testbed.js";
import { hostNamed, hostParts } from "./roles.js";
import type { Variant } from "./variant.js";

/** A machine's state is set once, from the first of its hosts that asks for it; that of a namespace on each. */
function targetsOf(testbed: Testbed, variant: Variant): PlanTarget[] {
  const { experiment, options } = variant;
  if (experiment.conditions === undefined) return [];
  const asked = new Set<string>();
  const isFirst = ({ machine }: Host, { id }: Step) => {
    const key = `${machine.id} ${id}`;
    return !asked.has(key) && asked.add(key);
  };
  const targets = hostParts(testbed, variant).map((part) => {
    const host = hostNamed(testbed, part.host);
    const steps = experiment.conditions?.(options, part) ?? [];
    return { host, steps: steps.filter((step) => step.scope !== "machine" || isFirst(host, step)) };
  });
  return targets.filter(({ steps }) => steps.length > 0);
}

/**
 * Throws PLAN_IMPOSSIBLE when the conditions of a variant cannot be had on the hosts; changes nothing.
 */
export async function checkConditions(
  variants: readonly Variant[],
  testbed: Testbed,
  signal: AbortSignal,
): Promise<void> {
  for (const variant of variants) {
    const targets = targetsOf(testbed, variant);
    if (targets.length === 0) continue;
    const { impossible } = await makePlan(targets, { signal });
    const [first] = impossible;
    if (first === undefined) continue;
    const lines = impossible.map(
      ({ host, stepId, reason }) => `${variant.id} needs ${stepId} on ${host}: ${reason}`,
    );
    throw hoststackError("PLAN_IMPOSSIBLE", lines.join("\n"), {
      remedy: first.remedy,
      details: { impossible },
    });
  }
}

/** Brings the hosts into the conditions of a variant until it is disposed; undefined when it has none. */
export async function holdConditions(
  variant: Variant,
  { testbed, signal }: { readonly testbed: Testbed; readonly signal: AbortSignal },
): Promise<ScopedPlan | undefined> {
  const targets = targetsOf(testbed, variant);
  if (targets.length === 0) return undefined;
  const plan = await makePlan(targets, { signal });
  return await applyScoped(plan, { purpose: `measure ${variant.id}`, signal });
}
