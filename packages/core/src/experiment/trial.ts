import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { isHoststackError } from "@hoststack/tools";
import { Sampling } from "../metrics/sampling.js";
import type { TrialRecord } from "../result/record.js";
import type { RunDirectory } from "../result/run-directory.js";
import { type Reason, verdictOf } from "../result/verdict.js";
import type { Testbed } from "../testbed/testbed.js";
import { applyCounterRules, nicRules } from "./counter-rule.js";
import type { AnyExperiment, ExperimentContext, RoleEnd } from "./experiment.js";
import { clockFindings, flowFindings } from "./findings.js";
import { assignRoles, type FactCache, hostNamed } from "./roles.js";
import { type FinishedProcesses, runProcesses } from "./run-processes.js";
import { WindowTracker } from "./window-tracker.js";

/** One variant as it is run: an experiment with checked options. */
export interface Variant {
  /** Unique in a run; names its raw outputs. */
  readonly id: string;
  readonly experiment: AnyExperiment;
  /** Options that passed the experiment's schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where a trial runs and what it is part of. */
export interface TrialContext {
  readonly testbed: Testbed;
  readonly directory: RunDirectory;
  readonly facts: FactCache;
  readonly signal: AbortSignal;
  readonly repetition: number;
  /** First of eight ports no other trial of the run uses. */
  readonly port: number;
}

/** Failures that spoil one trial; anything else ends the run. */
const trialErrors = new Set(["PROCESS_DIED", "NOT_READY", "PARSE_FAILED"]);

/** What is known of a trial so far; a failure leaves the rest as it was. */
type Partial = Omit<TrialRecord, "verdict" | "durationS">;

function blank(variant: Variant, repetition: number): Partial {
  const unavailable = "the trial failed";
  return {
    variant: variant.id,
    repetition,
    startedAt: new Date().toISOString(),
    parser: { ...variant.experiment.parser },
    samples: [],
    window: { unavailable },
    cpu: { unavailable },
    counters: [],
    clocks: [],
    processes: [],
  };
}

/** What came of the processes, and what was seen around them. */
interface Measured {
  readonly finished: FinishedProcesses;
  readonly observed: Pick<Partial, "window" | "cpu" | "clocks" | "counters">;
  readonly reasons: Reason[];
  readonly roles: { readonly client: RoleEnd; readonly server: RoleEnd };
}

/** Runs the processes between two snapshots of all hosts. */
async function measure(
  variant: Variant,
  context: TrialContext,
  startMs: number,
): Promise<Measured> {
  const { experiment, options } = variant;
  const { testbed, directory, facts, port, repetition } = context;
  const roles = await assignRoles(testbed, facts, experiment.facts);
  const specs = experiment.processes({ options, ...roles, port } as ExperimentContext<
    never,
    never
  >);
  const path = await directory.trialDirectory(variant.id, repetition);
  await using sampling = await Sampling.begin(testbed.hosts);
  const told = experiment.window(options);
  const tracker = new WindowTracker(told, () => sampling.tick());
  try {
    const finished = await runProcesses(specs, {
      directory: path,
      host: (name) => hostNamed(testbed, name),
      onLine: (id, line, atMs) => tracker.line(id, line, atMs),
      signal: context.signal,
    });
    await sampling.end();
    for (const { host, ndjson } of sampling.dump()) {
      await writeFile(join(path, `${host}.snapshots.ndjson`), `${ndjson}\n`);
    }
    const interval = tracker.interval();
    const [clocks, counters] = [sampling.clocks(), sampling.counters()];
    const reasons = [
      ...clockFindings(clocks),
      ...flowFindings(roles.link, counters),
      ...applyCounterRules([...nicRules, ...experiment.counterRules], counters),
    ];
    const { client, server } = roles;
    const common = { finished, roles: { client, server } };
    if ("unavailable" in interval) {
      const text = `CPU use is unknown: ${interval.unavailable}`;
      reasons.push({ state: "suspect", rule: "window.unseen", text });
      const observed = { window: interval, cpu: interval, clocks, counters };
      return { ...common, observed, reasons };
    }
    const window = {
      durationS: (interval.toMs - interval.fromMs) / 1000,
      opensAfterS: (interval.fromMs - startMs) / 1000,
      source: told.window.source,
    };
    const cpu = sampling.cpu(interval.fromMs, interval.toMs);
    return { ...common, observed: { window, cpu, clocks, counters }, reasons };
  } finally {
    tracker.stop();
  }
}

/**
 * Runs one repetition of one variant. A trial whose processes or outputs failed comes back invalid
 * with the reason; failures of the testbed and interruptions are thrown.
 */
export async function runTrial(variant: Variant, context: TrialContext): Promise<TrialRecord> {
  const startMs = performance.now();
  let trial = blank(variant, context.repetition);
  const close = (reasons: readonly Reason[]): TrialRecord => ({
    ...trial,
    verdict: verdictOf(reasons),
    durationS: (performance.now() - startMs) / 1000,
  });
  try {
    const { experiment, options } = variant;
    const { finished, observed, reasons, roles } = await measure(variant, context, startMs);
    const relative = context.directory.relativePath;
    const processes = finished.records.map((one) => ({ ...one, files: one.files.map(relative) }));
    trial = { ...trial, ...observed, processes };
    const result = await experiment.parse(finished.outputs, options);
    const samples = [...experiment.samples(result)];
    trial = { ...trial, result, samples };
    const windowS = "durationS" in observed.window ? observed.window.durationS : undefined;
    const { counters } = observed;
    const outputs = finished.outputs;
    const own = experiment.check({ options, result, outputs, windowS, counters, ...roles });
    return close([...reasons, ...own]);
  } catch (error) {
    if (context.signal.aborted || !isHoststackError(error) || !trialErrors.has(error.code)) {
      throw error;
    }
    const { code, message, remedy } = error;
    trial = { ...trial, samples: [], error: { code, message, ...(remedy ? { remedy } : {}) } };
    return close([{ state: "invalid", rule: code, text: message }]);
  }
}
