import { performance } from "node:perf_hooks";
import { isHoststackError } from "@hoststack/tools";
import type { SamplingPlace } from "../metrics/observed-host.js";
import { Sampling } from "../metrics/sampling.js";
import type { TrialRecord } from "../result/record.js";
import type { RunDirectory } from "../result/run-directory.js";
import { type Reason, verdictOf } from "../result/verdict.js";
import type { Testbed } from "../testbed/testbed.js";
import { CommonWindow } from "./common-window.js";
import { holdConditions } from "./conditions.js";
import { applyCounterRules, nicRules } from "./counter-rule.js";
import { disturbanceFindings } from "./disturbance-findings.js";
import type { RoleEnd, RoleEnds } from "./experiment.js";
import { figureFindings, windowFindings } from "./figure-findings.js";
import { clockFindings, type FlowEnds, flowFindings, silenceFindings } from "./findings.js";
import { interfaceStates } from "./interface-states.js";
import { LinkWatch } from "./link-watch.js";
import { receiveRate } from "./receive-rate.js";
import { assignRoles, type FactCache, hostNamed, hostsInUse } from "./roles.js";
import { type FinishedProcesses, runProcesses } from "./run-processes.js";
import type { Variant } from "./variant.js";
import type { Interval } from "./window-tracker.js";

/** Where a trial runs and what it is part of. */
export interface TrialContext {
  readonly testbed: Testbed;
  readonly directory: RunDirectory;
  readonly facts: FactCache;
  readonly signal: AbortSignal;
  readonly repetition: number;
  /** First of 64 ports that the trials before it did not use. */
  readonly port: number;
  /** Told when the measuring window opens and when the trial is being concluded. */
  readonly onPhase?: (phase: "measuring" | "concluding") => void;
  /** Told what the servers' data NICs received between two snapshots, in bit/s. */
  readonly onRate?: (bitPerS: number) => void;
}

/** What came of the processes, and what was seen around them. */
interface Measured {
  readonly finished: FinishedProcesses;
  readonly observed: Pick<TrialRecord, "window" | "cpu" | "clocks" | "counters" | "disturbances">;
  readonly windows: ReadonlyMap<string, Interval>;
  readonly reasons: readonly Reason[];
  readonly roles: FlowEnds & {
    readonly client: RoleEnd;
    readonly server: RoleEnd;
    readonly links: readonly RoleEnds[];
  };
}

/** From the first begin to the last end of the windows that were seen; a process that failed tells none. */
function spanOf(windows: readonly Interval[]): Interval | undefined {
  if (windows.length === 0) return undefined;
  return {
    fromMs: Math.min(...windows.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...windows.map(({ toMs }) => toMs)),
  };
}

/** Findings on what was seen around the processes, whatever these measured. */
function surroundingFindings(
  { experiment }: Variant,
  seen: Pick<Measured, "observed"> & { readonly hosts: readonly string[]; readonly ends: FlowEnds },
): Reason[] {
  const { hosts, ends, observed } = seen;
  return [
    ...windowFindings(observed),
    ...clockFindings(hosts, observed.clocks),
    ...disturbanceFindings(observed.disturbances ?? []),
    ...flowFindings(ends, observed.counters),
    ...applyCounterRules([...nicRules, ...experiment.counterRules], observed.counters),
  ];
}

/** Runs the processes between two snapshots of all hosts. */
async function measure(
  variant: Variant,
  context: TrialContext,
  startMs: number,
): Promise<Measured> {
  const { experiment, options } = variant;
  const { testbed, facts, port, signal } = context;
  const roles = await assignRoles(testbed, facts, variant);
  const { client, server, clients, servers, links } = roles;
  const about = { ...roles, options: options as never, port };
  const specs = experiment.processes(about);
  const directory = await context.directory.trialDirectory(variant.id, context.repetition);
  const { embeddedBy } = testbed;
  const by = experiment.needs.includes("rdma") ? "rdma" : "kernel";
  const tellRate = context.onRate && receiveRate(links, context.onRate, by);
  const watch = new LinkWatch(experiment.links === undefined ? [] : links);
  const onTick: SamplingPlace["onTick"] = (host, snapshot) => {
    tellRate?.(host, snapshot);
    watch.take(host, snapshot, performance.now());
  };
  const place = { directory, signal, embeddedBy, onTick };
  const hosts = hostsInUse(testbed, [variant]);
  await using sampling = await Sampling.begin(hosts, place);
  const told = experiment.window(options);
  let phase: "measuring" | "concluding" = "line" in told.window.opens ? "measuring" : "concluding";
  const others = experiment.otherWindows?.(options) ?? [];
  const tracker = new CommonWindow([told, ...others], (process) => {
    sampling.tick();
    if (process !== told.process) return;
    context.onPhase?.(phase);
    phase = "concluding";
  });
  try {
    const finished = await runProcesses(specs, {
      directory,
      host: (name) => hostNamed(testbed, name),
      onLine: (id, line, atMs) => tracker.line(id, line, atMs),
      signal,
    });
    await sampling.end();
    signal.throwIfAborted();
    const interval = tracker.interval();
    const observed = {
      window: windowOf(interval, startMs, told.window.source),
      cpu: "unavailable" in interval ? interval : sampling.cpu(interval.fromMs, interval.toMs),
      clocks: sampling.clocks(),
      counters: sampling.counters(),
      disturbances: sampling.disturbances(),
    };
    const silences = watch.silences(spanOf([...tracker.each().values()]));
    const states = await interfaceStates(testbed, silences, signal);
    const reasons = [
      ...silenceFindings(silences, { startMs, states }),
      ...surroundingFindings(variant, {
        ...{ hosts: hosts.map(({ name }) => name), ends: { clients, servers }, observed },
      }),
    ];
    const windows = tracker.each();
    const ends = { client, server, clients, servers, links };
    return { finished, observed, windows, reasons, roles: ends };
  } finally {
    tracker.stop();
  }
}

function windowOf(
  interval: ReturnType<CommonWindow["interval"]>,
  startMs: number,
  source: string,
): TrialRecord["window"] {
  if ("unavailable" in interval) return interval;
  const { fromMs, toMs } = interval;
  const opensAtS = fromMs / 1000;
  const opensAfterS = (fromMs - startMs) / 1000;
  return { durationS: (toMs - fromMs) / 1000, opensAfterS, opensAtS, source };
}

/** Reads the outputs and judges the result; a text that cannot be parsed makes the trial invalid. */
async function conclude(
  variant: Variant,
  { finished, observed, windows, roles }: Measured,
): Promise<Pick<TrialRecord, "result" | "samples"> & { readonly reasons: readonly Reason[] }> {
  const { experiment, options } = variant;
  const { outputs } = finished;
  const result: unknown = await experiment.parse(outputs, options);
  const samples = [...experiment.samples(result)];
  const windowS = "durationS" in observed.window ? observed.window.durationS : undefined;
  const { counters } = observed;
  const reasons = [
    ...figureFindings(samples, experiment.headline(options)),
    ...experiment.check({ options, result, outputs, windowS, windows, counters, ...roles }),
  ];
  // a record holds numbers only; what is none has its reason above
  const numbers = samples.filter((sample) => Number.isFinite(sample.value));
  return { result, samples: numbers, reasons };
}

/**
 * Runs one repetition of one variant. A trial whose processes or outputs failed comes back invalid
 * with the reason and everything that was seen of it; failures of the testbed and interruptions are
 * thrown.
 */
export async function runTrial(variant: Variant, context: TrialContext): Promise<TrialRecord> {
  await using conditions = await holdConditions(variant, context);
  const signal = AbortSignal.any([context.signal, ...(conditions ? [conditions.lost] : [])]);
  const startMs = performance.now();
  const startedAt = new Date().toISOString();
  const measured = await measure(variant, { ...context, signal }, startMs);
  const { finished, observed } = measured;
  const reasons = [...measured.reasons, ...((await conditions?.kernels?.findings()) ?? [])];
  const processes = finished.records.map((one) => ({
    ...one,
    files: one.files.map(context.directory.relativePath),
  }));
  const close = (rest: Pick<TrialRecord, "samples" | "verdict" | "result" | "error">) => ({
    variant: variant.id,
    repetition: context.repetition,
    startedAt,
    durationS: (performance.now() - startMs) / 1000,
    parser: { ...variant.experiment.parser },
    ...observed,
    processes,
    ...rest,
  });
  try {
    if (finished.failure !== undefined) throw finished.failure;
    const { reasons: own, ...concluded } = await conclude(variant, measured);
    return close({ ...concluded, verdict: verdictOf([...reasons, ...own]) });
  } catch (error) {
    const ours = error === finished.failure || isHoststackError(error, "PARSE_FAILED");
    if (!ours || !isHoststackError(error)) throw error;
    const { code, message, remedy } = error;
    const failed = { state: "invalid", rule: code, text: message } as const;
    return close({
      samples: [],
      error: { code, message, ...(remedy ? { remedy } : {}) },
      verdict: verdictOf([failed, ...reasons]),
    });
  }
}
