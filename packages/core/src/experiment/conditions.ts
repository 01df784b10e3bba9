import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { applyScoped, type ScopedPlan } from "../plan/apply-scoped.js";
import { makePlan, type PlanTarget } from "../plan/plan.js";
import type { Step } from "../plan/step.js";
import type { Testbed } from "../testbed/testbed.js";
import { hostsInUse } from "./roles.js";
import type { Variant } from "./variant.js";

/** A machine's state is set once, from the first of its hosts; that of a namespace on each. */
function targetsOf(hosts: readonly Host[], steps: readonly Step[]): PlanTarget[] {
  const isFirst = (host: Host) =>
    hosts.find(({ machine }) => machine.id === host.machine.id) === host;
  return hosts.map((host) => ({
    host,
    steps: steps.filter(({ scope }) => scope !== "machine" || isFirst(host)),
  }));
}

const conditionsOf = ({ experiment, options }: Variant): readonly Step[] =>
  experiment.conditions?.(options) ?? [];

/**
 * Throws PLAN_IMPOSSIBLE when the conditions of a variant cannot be had on the hosts; changes nothing.
 */
export async function checkConditions(
  variants: readonly Variant[],
  testbed: Testbed,
  signal: AbortSignal,
): Promise<void> {
  const hosts = hostsInUse(testbed);
  for (const variant of variants) {
    const steps = conditionsOf(variant);
    if (steps.length === 0) continue;
    const { impossible } = await makePlan(targetsOf(hosts, steps), { signal });
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
  const steps = conditionsOf(variant);
  if (steps.length === 0) return undefined;
  const plan = await makePlan(targetsOf(hostsInUse(testbed), steps), { signal });
  return await applyScoped(plan, { purpose: `measure ${variant.id}`, signal });
}
