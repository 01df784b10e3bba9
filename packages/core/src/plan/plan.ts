import { randomUUID } from "node:crypto";
import { quoteArgv } from "../command/quote.js";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { type Place, parsePlace, passingEntries, placeCommand } from "./place.js";
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

/** How a plan is made. */
export interface PlanOptions {
  /** Ends the questions (INTERRUPTED). */
  readonly signal?: AbortSignal;
  /** For all questions to one host (COMMAND_TIMED_OUT). @default 60_000 */
  readonly deadlineMs?: number;
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
  for (const target of targets) checkUnique(target);
  const hosts = await Promise.all(targets.map((target) => planHost(target, options)));
  return planOf(randomUUID().replaceAll("-", ""), hosts);
}

/** Asks the hosts of a plan again and decides its steps anew. Throws as `makePlan` does. */
export async function remakePlan(plan: Plan, options: PlanOptions): Promise<Plan> {
  return await makePlan(
    plan.hosts.map(({ host, steps }) => ({ host, steps: steps.map(({ step }) => step) })),
    options,
  );
}

/** A plan of what was decided. */
function planOf(planId: string, hosts: readonly HostPlan[]): Plan {
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
  const questions = steps.flatMap(({ check, probes = [] }) => [check, ...probes]);
  const [first, ...answers] = await host.batch([placeCommand, ...questions], options);
  if (first === undefined || first.exitCode !== 0) {
    throw hoststackError("COMMAND_FAILED", `${host.name} did not tell its place`, {
      remedy: "plans need a Linux host with /proc, id and readlink",
      details: { host: host.name, stderr: first?.stderr },
    });
  }
  const place = parsePlace(host.name, first.stdout);
  const stepPlace: StepPlace = { savedDirectory: `${place.stateDirectory}/saved` };
  let next = 0;
  const planned = steps.map((step) => {
    const count = 1 + (step.probes?.length ?? 0);
    const [seen, ...rest] = answers.slice(next, next + count);
    next += count;
    if (seen === undefined) throw new TypeError(`no answer to the check of "${step.id}"`);
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
