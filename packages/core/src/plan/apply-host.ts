import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { hoststackError } from "../errors/error.js";
import type { BatchCommand, BatchResult } from "../host/batch.js";
import { guardCommand } from "./guard-script.js";
import { startHeartbeat } from "./heartbeat.js";
import { type JournalEntry, journalEntry, type NeededStep, nextSequence } from "./journal-entry.js";
import { checkTaken, heldError, type Lease, leaseIdentity, release } from "./lease.js";
import { type LeaseIdentity, releaseCommand, takeCommand } from "./lease-command.js";
import { dropMirrored, mirrorEntries } from "./mirror.js";
import { type HostPlan, type PlannedStep, planHost } from "./plan.js";
import type { Decision } from "./step.js";
import { stepFailure } from "./step-failure.js";
import { parseStepReport, type StepReport, stepScript } from "./step-script.js";

/** What happens while a plan is applied. */
export type PlanProgress = (event: { readonly kind: string; readonly text: string }) => void;

/** A plan of one host under way. */
export interface HostApplication {
  readonly hostPlan: HostPlan;
  readonly planId: string;
  readonly profile: string | undefined;
  /** @default taken and released with the steps */
  readonly lease: Lease | undefined;
  readonly progress: PlanProgress;
  readonly signal: AbortSignal | undefined;
  readonly deadlineMs: number;
  /** Filled as changes may have begun. */
  readonly begun: JournalEntry[];
}

type Undecided = Extract<Decision, { state: "unknownUntil" }>;

/** Applies a host's steps, deciding those that depend on others once these are done. */
export async function applyHost(application: HostApplication): Promise<void> {
  let { steps } = application.hostPlan;
  let undecided: string | undefined;
  for (;;) {
    const at = steps.findIndex(({ decision }) => decision.state === "unknownUntil");
    const blocked = steps[at];
    if (blocked?.decision.state !== "unknownUntil") return await applySteps(application, steps);
    const { step, decision } = blocked;
    if (undecided === step.id) throw undecidedError(application, step, decision);
    await applySteps(application, steps.slice(0, at));
    undecided = step.id;
    steps = await planAgain(application, steps.slice(at));
  }
}

function undecidedError(
  { hostPlan }: HostApplication,
  { id }: PlannedStep["step"],
  { stepId: until, otherwise }: Undecided,
): Error {
  const host = hostPlan.host.name;
  const why =
    otherwise === undefined
      ? `still waits for "${until}", which is done or not in the plan`
      : `cannot be done: ${otherwise.reason}; it waited for "${until}", which is done or not in the plan`;
  return hoststackError("PLAN_FAILED", `step "${id}" on ${host} ${why}`, {
    remedy: otherwise?.remedy ?? `put "${until}" before it in the plan`,
    details: { host, stepId: id },
  });
}

async function planAgain(
  { hostPlan, signal }: HostApplication,
  rest: readonly PlannedStep[],
): Promise<readonly PlannedStep[]> {
  const { host } = hostPlan;
  const { steps } = await planHost(
    { host, steps: rest.map(({ step }) => step) },
    signal === undefined ? {} : { signal },
  );
  for (const { step, decision } of steps) {
    if (decision.state !== "impossible") continue;
    throw hoststackError(
      "PLAN_IMPOSSIBLE",
      `step "${step.id}" cannot be done on ${host.name}: ${decision.reason}`,
      { remedy: decision.remedy, details: { host: host.name, stepId: step.id } },
    );
  }
  return steps;
}

/** Steps of one round trip. */
interface Round {
  readonly needed: readonly NeededStep[];
  readonly entries: readonly JournalEntry[];
  readonly commands: readonly BatchCommand[];
  /** Position of the first step's script among the commands. */
  readonly first: number;
  /** A lease for this round alone. */
  readonly own: LeaseIdentity | undefined;
}

async function applySteps(
  application: HostApplication,
  steps: readonly PlannedStep[],
): Promise<void> {
  const needed = steps.flatMap(({ step, seen, decision }) =>
    decision.state === "needed" ? [{ step, seen, decision }] : [],
  );
  if (needed.length === 0) return;
  const round = makeRound(application, needed);
  const { host } = application.hostPlan;
  await mirrorEntries(round.entries);
  await supply(application, needed);
  application.begun.push(...round.entries);
  application.progress({ kind: "plan.apply", text: `${host.name}: ${titles(needed)}` });
  const results = await runRound(application, round);
  await checkResults(application, { round, results });
}

function titles(needed: readonly NeededStep[]): string {
  const all = needed.map(({ step }) => step.title).join("; ");
  return needed.length === 1 ? all : `${needed.length} steps: ${all}`;
}

function makeRound(application: HostApplication, needed: readonly NeededStep[]): Round {
  const { hostPlan, planId, profile, lease, begun } = application;
  const { host, place } = hostPlan;
  const { stateDirectory, netnsId } = place;
  const own = lease === undefined ? leaseIdentity({ purpose: "apply a plan" }) : undefined;
  const leaseId = lease?.id ?? own?.token ?? "";
  const time = new Date().toISOString();
  const sequence = nextSequence(place.openEntries) + begun.length;
  const entries = needed.map((one, index) =>
    journalEntry(one, {
      host: host.name,
      place,
      planId,
      leaseId,
      profile,
      time,
      sequence: sequence + index,
    }),
  );
  const before: BatchCommand[] = [];
  if (own !== undefined) before.push(takeCommand(place, own));
  if (needed.some(({ step }) => step.lifetime === "scoped")) {
    before.push(guardCommand({ stateDirectory, netnsId, token: leaseId }));
  }
  const scripts = needed.map(({ decision: { actions } }, index): BatchCommand => {
    const entry = entries[index] as JournalEntry;
    return { argv: ["sh"], stdin: stepScript(entry, { stateDirectory, actions }) };
  });
  const after = own === undefined ? [] : [releaseCommand(place, own.token)];
  return {
    needed,
    entries,
    commands: [...before, ...scripts, ...after],
    first: before.length,
    own,
  };
}

async function supply(application: HostApplication, needed: readonly NeededStep[]): Promise<void> {
  const { host, place } = application.hostPlan;
  const supplies = needed.flatMap(({ decision }) => decision.supplies ?? []);
  if (supplies.length === 0) return;
  const saved = `${place.stateDirectory}/saved`;
  await host.run({ argv: ["sh", "-c", 'umask 077; exec mkdir -p -- "$1"', "sh", saved] });
  for (const { localPath, hostPath } of supplies) {
    await host.writeFile(hostPath, await readFile(localPath), 0o600);
  }
}

async function runRound(
  { hostPlan, signal, deadlineMs }: HostApplication,
  { commands, own }: Round,
): Promise<readonly BatchResult[]> {
  const { host } = hostPlan;
  const heartbeat = own === undefined ? undefined : startHeartbeat([hostPlan], own);
  heartbeat?.keep(host, performance.now());
  const signals = [signal, heartbeat?.lost].filter((one) => one !== undefined);
  let complete = false;
  try {
    const results = await host.batch(commands, {
      deadlineMs,
      stopOnFailure: true,
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    complete = results.length === commands.length;
    return results;
  } finally {
    heartbeat?.stop();
    // The last command releases; one that failed before it leaves that to us.
    if (own !== undefined && !complete) await release(hostPlan, own.token).catch(() => {});
  }
}

/** A step that ended so has no journal entry. */
const nothingDone: ReadonlySet<StepReport["outcome"]> = new Set([
  "changed",
  "check",
  "journal",
  "lease",
]);

async function checkResults(
  { hostPlan, begun }: HostApplication,
  { round, results }: { round: Round; results: readonly BatchResult[] },
): Promise<void> {
  const { needed, entries, first } = round;
  const { host } = hostPlan;
  const at = results.findIndex(({ exitCode }) => exitCode !== 0);
  const result = results[at];
  if (result === undefined) return;
  const report = parseStepReport(result.stdout);
  const untouched = entries.slice(
    Math.max(0, at - first + (nothingDone.has(report.outcome) ? 0 : 1)),
  );
  begun.splice(begun.length - untouched.length, untouched.length);
  await dropMirrored(untouched);
  const failed = needed[at - first];
  if (failed !== undefined) {
    throw stepFailure({ host: host.name, step: failed, report, words: result.stderr.trim() });
  }
  const holder = checkTaken(hostPlan, result);
  if (holder !== undefined) throw heldError(host, holder);
}
