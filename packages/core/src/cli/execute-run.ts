import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatSi } from "@hoststack/tools";
import { runSeries } from "../experiment/run.js";
import type { Variant } from "../experiment/trial.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { RunRecord, TrialRecord, VariantRecord } from "../result/record.js";
import { checkWritable } from "../result/run-directory.js";
import type { System } from "../system/system.js";
import { openTestbed, type TestbedSpec } from "../testbed/open-testbed.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { progressDisplay } from "./progress.js";
import type { RunRequest } from "./run-request.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";

/** A run that came to its end. */
export interface FinishedRun {
  readonly record: RunRecord;
  /** What stays on this machine on purpose, one line each. */
  readonly keeps: readonly string[];
}

/** What to run and how. */
export interface ExecuteRequest {
  readonly request: RunRequest;
  readonly variants: readonly Variant[];
  readonly terminal: Terminal;
}

/** What is said about a finished trial, with its headline figure. */
function trialText(trial: TrialRecord, variant: VariantRecord): string {
  const sample = trial.samples.find((one) => one.metric === variant.headline);
  const figure = sample === undefined ? "no figure" : formatSi(sample.value, sample.unit);
  return `${variant.title}: ${figure} (${trial.verdict.state}, ${trial.durationS.toFixed(1)} s)`;
}

function specOf(system: System, { testbed }: RunRequest): TestbedSpec {
  const hosts = ["client", "server"] as const;
  if (testbed.kind === "file" || testbed.kind === "kept") return testbed;
  if (testbed.kind === "netns") return { kind: "netns", hosts };
  return { kind: "vm", hosts, recipe: system.guest() };
}

function measure(system: System, { request, variants, terminal }: ExecuteRequest) {
  return interruptible(async (signal): Promise<FinishedRun> => {
    using display = progressDisplay(terminal.err, variants.length * request.repeat);
    const { progress } = display;
    const text = "stopping; a second signal ends it at once";
    signal.addEventListener("abort", () => progress({ kind: "run.interrupted", text }));
    const question = askOnTerminal(signal);
    const ask: AskSecret | undefined = question && ((what) => display.aside(() => question(what)));
    await using testbed = await openTestbed(specOf(system, request), {
      ...{ signal, progress },
      ...(ask === undefined ? {} : { ask }),
    });
    const record = await runSeries({
      system,
      variants,
      repetitions: request.repeat,
      testbed,
      directory: request.out,
      signal,
      progress,
      onTrial: (trial, variant) => display.trialDone(trialText(trial, variant)),
    });
    progress({ kind: "testbed.close", text: "taking the testbed down" });
    return { record, keeps: testbed.keeps };
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Runs variants between the hosts of a testbed. Throws what ended the run early, after a line that
 * says where the record of it is, if it came that far.
 */
export async function executeRun(system: System, what: ExecuteRequest): Promise<FinishedRun> {
  const { request, terminal } = what;
  await checkWritable(request.out);
  const path = join(request.out, "run.json");
  const ofAnotherRun = await isThere(path);
  try {
    return await measure(system, what);
  } catch (error) {
    if (!ofAnotherRun && (await isThere(path))) {
      terminal.err.line(`record and raw outputs until then: ${resolve(request.out)}`);
    }
    throw error;
  }
}
