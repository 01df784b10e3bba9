import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import type { Decision, Step } from "../../plan/step.js";

/** Building takes its time. */
const deadlineMs = 3_600_000;
const shownCharacters = 600;

/** How steps are done in a directory that is thrown away when one of them fails. */
export interface DoStepsOptions {
  /** Where steps may keep what they replace. */
  readonly savedDirectory: string;
  readonly signal: AbortSignal;
  /** Told the title of each step that acts. */
  readonly tell: (title: string) => void;
}

/**
 * Does steps in a directory of our own cache, where nothing has to be undone: without journal and lease. Throws
 * PLAN_IMPOSSIBLE and PLAN_FAILED with the words of the step, and what `Host.batch` throws.
 */
export async function doSteps(
  host: Host,
  steps: readonly Step[],
  options: DoStepsOptions,
): Promise<void> {
  for (const step of steps) {
    const decision = await decide(host, step, options);
    if (decision.state === "satisfied") continue;
    if (decision.state !== "needed") throw impossibleError(host, step, decision);
    options.tell(step.title);
    await act(host, { step, decision }, options.signal);
  }
}

async function decide(host: Host, step: Step, options: DoStepsOptions): Promise<Decision> {
  const { savedDirectory, signal } = options;
  const [seen, ...answers] = await host.batch([step.check, ...(step.probes ?? [])], { signal });
  if (seen === undefined) throw new TypeError(`no answer to the check of "${step.id}"`);
  return step.decide(seen, answers, { savedDirectory });
}

function impossibleError(
  { name }: Host,
  { title }: Step,
  decision: Exclude<Decision, { readonly state: "needed" | "satisfied" }>,
): Error {
  const obstacle = decision.state === "impossible" ? decision : decision.otherwise;
  const reason = obstacle?.reason ?? "another step has to come first";
  return hoststackError("PLAN_IMPOSSIBLE", `${name} cannot ${title}: ${reason}`, {
    ...(obstacle === undefined ? {} : { remedy: obstacle.remedy }),
  });
}

async function act(
  host: Host,
  { step, decision }: { step: Step; decision: Extract<Decision, { readonly state: "needed" }> },
  signal: AbortSignal,
): Promise<void> {
  const { title, check } = step;
  const commands = [...decision.actions, check];
  const results = await host.batch(commands, { deadlineMs, signal, stopOnFailure: true });
  const failed = results.find(({ exitCode }) => exitCode !== 0);
  const reached = results.at(-1)?.stdout === decision.wanted && results.length === commands.length;
  if (failed === undefined && reached) return;
  const words = (failed?.stderr ?? "").trim().slice(0, shownCharacters);
  const why = words === "" ? "it did not lead to what was wanted" : words;
  throw hoststackError("PLAN_FAILED", `${host.name} could not ${title}: ${why}`, {
    details: { stepId: step.id },
  });
}
