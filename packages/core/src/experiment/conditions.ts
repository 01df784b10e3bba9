import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { applyScoped } from "../plan/apply-scoped.js";
import { makePlan, makePlans, type PlanTarget } from "../plan/plan.js";
import type { Step } from "../plan/step.js";
import type { Testbed } from "../testbed/testbed.js";
import { type KernelWatch, loadsModule, watchKernels } from "./kernel-watch.js";
import { type FactCache, factsOf, hostNamed, hostParts } from "./roles.js";
import type { Variant } from "./variant.js";

/** Where conditions are to hold. */
export interface ConditionsContext {
  readonly testbed: Testbed;
  readonly facts: FactCache;
  readonly signal: AbortSignal;
}

/** A machine's state is set once, from the first of its hosts that asks for it; that of a namespace on each. */
async function targetsOf(variant: Variant, context: ConditionsContext): Promise<PlanTarget[]> {
  const { experiment, options } = variant;
  if (experiment.conditions === undefined) return [];
  const { testbed, facts } = context;
  const asked = new Set<string>();
  const isFirst = ({ machine }: Host, { id }: Step) => {
    const key = `${machine.id} ${id}`;
    return !asked.has(key) && asked.add(key);
  };
  const informing = hostParts(testbed, variant).map(async (part) => {
    const host = hostNamed(testbed, part.host);
    return { host, part: { ...part, facts: await facts.answers(host, factsOf(variant)) } };
  });
  const targets = (await Promise.all(informing)).map(({ host, part }) => {
    const steps = experiment.conditions?.(options, part) ?? [];
    return { host, steps: steps.filter((step) => step.scope !== "machine" || isFirst(host, step)) };
  });
  return targets.filter(({ steps }) => steps.length > 0);
}

/**
 * Throws PLAN_IMPOSSIBLE when the conditions of a variant cannot be had on the hosts, each of which is asked once for
 * all variants; changes nothing.
 */
export async function checkConditions(
  variants: readonly Variant[],
  context: ConditionsContext,
): Promise<void> {
  const targets = await Promise.all(variants.map((variant) => targetsOf(variant, context)));
  const plans = await makePlans(targets, { signal: context.signal });
  for (const [index, variant] of variants.entries()) {
    const impossible = plans[index]?.impossible ?? [];
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

/** Conditions that hold until this is disposed. */
export interface HeldConditions extends AsyncDisposable {
  /** Fires when a host undoes them itself. */
  readonly lost: AbortSignal;
  /** What the kernels said meanwhile, where a module is among the conditions. */
  readonly kernels: KernelWatch | undefined;
}

/**
 * Brings the hosts into the conditions of a variant until it is disposed; undefined when it has none. Disposing throws
 * KERNEL_FAULT when a kernel complained while a module was unloaded.
 */
export async function holdConditions(
  variant: Variant,
  context: ConditionsContext,
): Promise<HeldConditions | undefined> {
  const { signal } = context;
  const targets = await targetsOf(variant, context);
  if (targets.length === 0) return undefined;
  const loading = targets.filter(({ steps }) => steps.some(loadsModule)).map(({ host }) => host);
  const plan = await makePlan(targets, { signal });
  const kernels = loading.length === 0 ? undefined : await watchKernels(loading);
  const scoped = await applyScoped(plan, { purpose: `measure ${variant.id}`, signal });
  return {
    lost: scoped.lost,
    kernels,
    [Symbol.asyncDispose]: async () => {
      await scoped[Symbol.asyncDispose]();
      await kernels?.throwSince();
    },
  };
}
