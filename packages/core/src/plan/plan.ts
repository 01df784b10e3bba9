import { randomUUID } from "node:crypto";
import { quoteArgv } from "../command/quote.js";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { askHost, type HostAnswers } from "./host-answers.js";
import { type Place, passingEntries } from "./place.js";
import type { PlanOptions } from "./plan-options.js";
import type { Decision, Step, StepPlace } from "./step.js";
import { isShellText } from "./step-text.js";

/** What should hold on one host. */
export interface PlanTarget {
  readonly host: Host;
  /** Applied in this order. */
  readonly steps: readonly Step[];
}

/** A step with the state of the host and what follows from it. */
export interface PlannedStep {
  readonly step: Step;
  /** Standard output of the step's check. */
  readonly seen: string;
  readonly decision: Decision;
}

/** What is to be done on one host. */
export interface HostPlan {
  readonly host: Host;
  readonly place: Place;
  readonly steps: readonly PlannedStep[];
}

/** A step that cannot be done. */
export interface ImpossibleStep {
  readonly host: string;
  readonly stepId: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What would change on which host, decided on the answers of one round trip to each. */
export interface Plan {
  readonly planId: string;
  readonly hosts: readonly HostPlan[];
  /** Steps that have to act, or may have to (`unknownUntil`). */
  readonly changes: number;
  readonly impossible: readonly ImpossibleStep[];
  /**
   * Changes in force on the hosts that end with the run which made them, alive or dead. While there are
   * any, what is satisfied may not stay so.
   */
  readonly passing: number;
}

/**
 * Asks every host for the state of its steps, all hosts at once and each in one round trip, and
 * decides what has to be done. Changes nothing.
 *
 * Throws OPTIONS_INVALID when a host has two steps of one id, and what `Host.batch` throws. A step
 * whose check fails is no error: it is impossible, and the plan says so.
 */
export async function makePlan(
  targets: readonly PlanTarget[],
  options: PlanOptions = {},
): Promise<Plan> {
  const [plan] = await makePlans([targets], options);
  if (plan === undefined) throw new TypeError("a list of targets has a plan");
  return plan;
}

/**
 * Makes several plans of what a host answers once: one round trip to each, however many plans ask it. Throws as
 * `makePlan` does.
 */
export async function makePlans(
  lists: readonly (readonly PlanTarget[])[],
  options: PlanOptions = {},
): Promise<readonly Plan[]> {
  const targets = lists.flat();
  for (const target of targets) checkUnique(target);
  const asking = [...new Set(targets.map(({ host }) => host))].map(async (host) => {
    const own = targets.filter((target) => target.host === host);
    const steps = own.flatMap((target) => target.steps);
    return [host, await askHost(host, steps, options)] as const;
  });
  const answers = new Map(await Promise.all(asking));
  const planned = (target: PlanTarget): HostPlan => {
    const own = answers.get(target.host);
    if (own === undefined) throw new TypeError(`${target.host.name} was not asked`);
    return decideAll(target, own);
  };
  return lists.map((list) => planOf(newPlanId(), list.map(planned)));
}

/** Asks the hosts of a plan again and decides its steps anew. Throws as `makePlan` does. */
export async function remakePlan(plan: Plan, options: PlanOptions): Promise<Plan> {
  return await makePlan(
    plan.hosts.map(({ host, steps }) => ({ host, steps: steps.map(({ step }) => step) })),
    options,
  );
}

const newPlanId = (): string => randomUUID().replaceAll("-", "");

/** A plan of what was decided for these hosts. */
export function planOf(planId: string, hosts: readonly HostPlan[]): Plan {
  const steps = hosts.flatMap((one) => one.steps);
  return {
    planId,
    hosts,
    changes: steps.filter(({ decision: { state } }) => isChange(state)).length,
    impossible: hosts.flatMap(impossibleSteps),
    passing: hosts.flatMap(({ place }) => passingEntries(place)).length,
  };
}

function isChange(state: Decision["state"]): boolean {
  return state === "needed" || state === "unknownUntil";
}

function impossibleSteps({ host, steps }: HostPlan): ImpossibleStep[] {
  return steps.flatMap(({ step, decision }) =>
    decision.state === "impossible"
      ? [{ host: host.name, stepId: step.id, reason: decision.reason, remedy: decision.remedy }]
      : [],
  );
}

function checkUnique({ host, steps }: PlanTarget): void {
  const ids = new Set<string>();
  for (const { id } of steps) {
    if (ids.has(id)) {
      throw hoststackError("OPTIONS_INVALID", `the plan for ${host.name} has two steps "${id}"`, {
        remedy: "leave one out, or make them one step",
        details: { host: host.name, stepId: id },
      });
    }
    ids.add(id);
  }
}

/** Asks one host everything in one round trip and decides its steps. */
export async function planHost(
  { host, steps }: PlanTarget,
  options: PlanOptions,
): Promise<HostPlan> {
  return decideAll({ host, steps }, await askHost(host, steps, options));
}

function decideAll({ host, steps }: PlanTarget, answers: HostAnswers): HostPlan {
  const { place } = answers;
  const stepPlace: StepPlace = { savedDirectory: `${place.stateDirectory}/saved` };
  const planned = steps.map((step) => {
    const seen = answers.to(step.check);
    const rest = (step.probes ?? []).map((probe) => answers.to(probe));
    return { step, seen: seen.stdout, decision: decide(step, { seen, rest, place: stepPlace }) };
  });
  return { host, place, steps: planned };
}

function decide(
  step: Step,
  asked: { seen: BatchResult; rest: readonly BatchResult[]; place: StepPlace },
): Decision {
  const { seen } = asked;
  const check = quoteArgv(step.check.argv);
  if (seen.exitCode !== 0) {
    const words = seen.stderr.trim();
    const why = `its check, ${check}, ended with status ${seen.exitCode}`;
    return impossible(words === "" ? why : `${why}: ${words}`, "run the check on the host by hand");
  }
  const decision = step.decide(seen, asked.rest, asked.place);
  if (decision.state !== "needed") return decision;
  if (!isShellText(seen.stdout) || !isShellText(decision.wanted)) {
    return impossible(
      `the state its check, ${check}, prints holds NUL or is not UTF-8`,
      "have the check print a checksum of the state instead",
    );
  }
  return decision;
}

function impossible(reason: string, remedy: string): Decision {
  return { state: "impossible", reason, remedy };
}
