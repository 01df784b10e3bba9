import { exitCodes } from "../../errors/catalogue.js";
import { planJson } from "../../plan/format-plan.js";
import { tuningSteps } from "../../tuning/host-steps.js";
import type { TuningProfile } from "../../tuning/profile.js";
import { applyTuning, planTuning, type TuningPlan } from "../../tuning/tune.js";
import { confirmOnTerminal } from "../confirm-on-terminal.js";
import type { Terminal } from "../terminal.js";
import type { TuneHosts } from "./tune-hosts.js";
import { tuningLines } from "./tune-text.js";

/** How a change of hosts is asked for. */
export interface TuneRequest {
  readonly yes: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
}

function tuningJson({ profile, plan, before }: TuningPlan) {
  const { planVersion, ...rest } = planJson(plan);
  return {
    planVersion,
    profile,
    undo: before.map(({ place, undo }) => ({
      host: place.host.name,
      steps: undo.map(({ stepId, title, undo: commands }) => ({ stepId, title, undo: commands })),
    })),
    ...rest,
  };
}

async function plannedFor(
  profile: TuningProfile,
  { chosen, names }: TuneHosts,
  signal: AbortSignal,
): Promise<TuningPlan> {
  const targets = await Promise.all(
    chosen.map(async (one) => ({ host: one.host, steps: await tuningSteps(profile, one) })),
  );
  return await planTuning({ profile: profile.name, targets, hostNames: names }, signal);
}

const count = (plan: TuningPlan) => (plan.changes === 1 ? "1 change" : `${plan.changes} changes`);

/** Shows what a profile changes on hosts and, once that is agreed to, does it. Returns the exit code; throws OPTIONS_INVALID where nobody can be asked. */
export async function tuneApply(
  profile: TuningProfile,
  hosts: TuneHosts,
  { request, terminal }: { readonly request: TuneRequest; readonly terminal: Terminal },
): Promise<number> {
  const { yes, json, signal } = request;
  const { out, err } = terminal;
  const plan = await plannedFor(profile, hosts, signal);
  const channel = json ? err : out;
  if (json) out.line(JSON.stringify(tuningJson(plan), null, 2));
  for (const line of json ? [] : tuningLines(plan, request, channel)) channel.line(line);
  // Throws what stands in the way, before anybody is asked.
  if (plan.blocked) await applyTuning(plan, { signal });
  if (plan.changes === 0) {
    err.line(`all hosts are in profile ${profile.name}: nothing to do`);
    return exitCodes.ok;
  }
  if (!(yes || (await confirmOnTerminal(`${count(plan)}: do it?`, signal)))) {
    err.line("nothing was changed");
    return exitCodes.failed;
  }
  const report = await applyTuning(plan, {
    signal,
    progress: ({ text }) => err.line(text),
  });
  const { undone, kept, applied } = report;
  err.line(`${applied.changes} made, ${undone} undone, ${kept} kept; tune restore sets back`);
  return exitCodes.ok;
}
