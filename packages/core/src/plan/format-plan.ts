import { quoteArgv } from "../command/quote.js";
import type { BatchCommand } from "../host/batch.js";
import { passingEntries } from "./place.js";
import type { HostPlan, Plan, PlannedStep } from "./plan.js";
import type { Decision } from "./step.js";

type Needed = Extract<Decision, { state: "needed" }>;

/** Prints a plan as commands and diffs: `nothing to do` when all it wants holds, and stays so. */
export function formatPlan(plan: Plan): string {
  if (plan.changes + plan.impossible.length + plan.passing === 0) return "nothing to do\n";
  return `${plan.hosts.map(hostText).join("\n")}\n`;
}

function hostText({ host, place, steps }: HostPlan): string {
  const shown = steps.filter(({ decision }) => decision.state !== "satisfied");
  const lines = [...passingLines(passingEntries(place).length), ...shown.map(stepText)];
  return lines.length === 0
    ? `${host.name}: nothing to do`
    : [`${host.name}:`, ...lines].join("\n");
}

function passingLines(count: number): string[] {
  if (count === 0) return [];
  const changes = count === 1 ? "a change" : `${count} changes`;
  return [`  * ${changes} of another run in force: undone first, unless that run is alive`];
}

function stepText({ step, decision }: PlannedStep): string {
  switch (decision.state) {
    case "needed": {
      const until = step.lifetime === "scoped" ? " (undone when the run ends)" : "";
      return [`  ~ ${step.title}${until}`, ...neededLines(decision)].join("\n");
    }
    case "unknownUntil":
      return `  ? ${step.title}: decided once "${decision.stepId}" is done`;
    case "impossible":
      return `  ! ${step.title}: ${decision.reason}\n    ${decision.remedy}`;
    case "satisfied":
      return "";
  }
}

function neededLines({ diff, actions, irreversible = [] }: Needed): string[] {
  return [
    ...linesOf(diff).map((line) => `      ${line}`),
    ...actions.flatMap((action) => linesOf(commandText(action)).map((line) => `    $ ${line}`)),
    ...irreversible.map((what) => `    cannot be set back: ${what}`),
  ];
}

function linesOf(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function commandText({ argv, cwd, env, stdin }: BatchCommand): string {
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`);
  const words = variables.length === 0 ? argv : ["env", ...variables, ...argv];
  const where = cwd === undefined ? "" : `cd ${quoteArgv([cwd])} && `;
  const input = stdin === undefined ? "" : `  # given ${Buffer.byteLength(stdin)} bytes of input`;
  return `${where}${quoteArgv(words)}${input}`;
}

/** A plan as plain data, for `--json`. */
export function planJson(plan: Plan) {
  return {
    planVersion: 1,
    planId: plan.planId,
    changes: plan.changes,
    impossible: plan.impossible.length,
    hosts: plan.hosts.map(({ host, place, steps }) => ({
      host: host.name,
      machineId: place.machineId,
      passing: passingEntries(place),
      steps: steps.map(({ step, seen, decision }) => ({
        id: step.id,
        title: step.title,
        scope: step.scope,
        lifetime: step.lifetime,
        survives: step.survives,
        seen,
        ...decision,
      })),
    })),
  };
}
