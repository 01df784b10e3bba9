import type { MeasuringWindow, MetricSample, Readiness } from "@hoststack/tools";
import type { ProcessLimits } from "../command/limits.js";
import type { Answers, Facts } from "../facts/fact.js";
import type { Step } from "../plan/step.js";
import type { CounterDelta, RunRecord, TrialRecord } from "../result/record.js";
import type { Reason } from "../result/verdict.js";
import type { Capability, Link } from "../testbed/testbed.js";
import type { TrafficDemand } from "../testbed/traffic/traffic.js";
import type { WiredLink } from "./assign-hosts.js";
import type { CounterRule } from "./counter-rule.js";
import type { FeatureEvidence } from "./evidence.js";
import type { HostCounts } from "./host-counts.js";
import type { InformedPart } from "./host-part.js";
import type { Outputs } from "./outputs.js";
import type { Requirements } from "./requirement.js";
import type { OptionsSchema } from "./schema.js";
import type { Interval } from "./window-tracker.js";

/** One process of an experiment, as data. */
export interface ProcessSpec {
  /** Unique in the experiment; names the output files. */
  readonly id: string;
  /** Name of the host it runs on. */
  readonly host: string;
  readonly argv: readonly string[];
  /** When it counts as up; without it, as soon as it has started. */
  readonly ready?: Readiness;
  /** Ids of processes that must be up before this one starts. @default none */
  readonly after?: readonly string[];
  /** `itself`: the experiment waits for its end; `stopped`: gets SIGINT once those have ended. */
  readonly ends: "itself" | "stopped";
  /** Longest it may run, enforced on its host too. Past it the trial is invalid. */
  readonly deadlineMs: number;
  /** Files it leaves on its host, fetched into the run directory. Absolute paths. @default none */
  readonly collects?: readonly string[];
  /** Of it and what it starts; read back once it runs. @default the host's own */
  readonly limits?: ProcessLimits;
  /**
   * Shared libraries loaded into it alone before all others, by absolute path on the host; seen in its
   * memory once it runs. @default none
   */
  readonly preloads?: readonly string[];
}

/** A host in the role an experiment gives it. */
export interface RoleView<F extends Facts> {
  readonly host: string;
  /** Data NIC on the experiment's link. */
  readonly nic: string;
  /** Data address on the experiment's link. */
  readonly address: string;
  readonly facts: Answers<F>;
}

/** A link with its ends by role. */
export interface RoleEnds<L extends WiredLink = Link> {
  readonly client: L["ends"][number];
  readonly server: L["ends"][number];
  readonly link: L;
}

/** What an experiment sees when it names its processes. */
export interface ExperimentContext<O, F extends Facts> {
  readonly options: O;
  /** The first of `clients`. */
  readonly client: RoleView<F>;
  /** The first of `servers`. */
  readonly server: RoleView<F>;
  /** As many as it asked for by `hosts`, with their addresses on the first link of each. */
  readonly clients: readonly RoleView<F>[];
  readonly servers: readonly RoleView<F>[];
  readonly link: Link;
  /** The links it asked for by `links`, of each client with each server; the first is `link`. */
  readonly links: readonly RoleEnds[];
  /** A port the trials before it did not use, nor `port + 1` to `port + 63`. */
  readonly port: number;
}

/** What an experiment judges a parsed result by. */
export interface CheckContext<O, R> {
  readonly options: O;
  readonly result: R;
  readonly outputs: Outputs;
  /** Length of the measuring window by the controller's clock; undefined when it was not seen. */
  readonly windowS: number | undefined;
  /** When each process that tells a window measured, by its id and the controller's clock; those that were seen. */
  readonly windows: ReadonlyMap<string, Interval>;
  /** What grew on all hosts during the trial. */
  readonly counters: readonly CounterDelta[];
  /** Host and data NIC of the client, the first of `clients`. */
  readonly client: RoleEnd;
  /** Host and data NIC of the server, the first of `servers`. */
  readonly server: RoleEnd;
  readonly clients: readonly RoleEnd[];
  readonly servers: readonly RoleEnd[];
  /** The links it asked for by `links`, of each client with each server. */
  readonly links: readonly RoleEnds[];
}

/** A host and its data NIC, as counters name them. */
export interface RoleEnd {
  readonly host: string;
  readonly nic: string;
}

/** A program an experiment needs on its hosts, and the Debian package that has it. */
export interface ToolNeed {
  readonly program: string;
  readonly debianPackage: string;
}

/** Which process tells when it measures, and how. */
export interface ToldWindow {
  readonly process: string;
  readonly window: MeasuringWindow;
}

/** A measurement between clients and servers, as data and pure functions. */
export interface Experiment<O, R, F extends Facts = Facts> {
  readonly name: string;
  /** One line for help texts. */
  readonly summary: string;
  readonly options: OptionsSchema<O>;
  readonly needs: readonly Capability[];
  readonly tools: readonly ToolNeed[];
  /** How far its features have been seen to work, for doctor and docs. @default plan only */
  readonly evidence?: readonly FeatureEvidence[];
  /** How many hosts it runs on. @default a client and a server */
  hosts?(options: O): HostCounts;
  /**
   * Links of two hosts it uses side by side. A data NIC of them that falls silent while the trial lasts makes it
   * invalid. @default one, of which nothing is asked but that it carried something
   */
  links?(options: O): number;
  /** What one trial sends at most on a link, for testbeds that limit it. @default it does not say */
  traffic?(options: O): TrafficDemand;
  /** Asked once per host and run, before the first trial. */
  readonly facts?: F;
  /**
   * What it needs of hosts beside programs and capabilities: doctor tells all of it, and a run is refused with everything
   * that is not met, before anything is changed. See `defineRequirements`. @default nothing
   */
  readonly requirements?: Requirements<NoInfer<O>>;
  /** What is measured, with its sizes, e.g. `sockperf TCP throughput, 1472 B`. */
  title(options: O): string;
  processes(context: ExperimentContext<O, F>): readonly ProcessSpec[];
  /** Which process tells the measuring window, and how. */
  window(options: O): ToldWindow;
  /**
   * Windows of processes that measure side by side with that one: the trial's window is then the time all of them
   * measured. @default none
   */
  otherWindows?(options: O): readonly ToldWindow[];
  /**
   * Steps that hold on a host while a trial runs, and are undone after it, asked for each host that takes part; one
   * that is impossible ends the run before its first trial. What a kernel complains about while one of them has a module loaded makes the trial
   * invalid. @default none
   */
  conditions?(options: O, part: InformedPart<F>): readonly Step[];
  readonly parser: { readonly name: string; readonly version: number };
  parse(outputs: Outputs, options: O): Promise<R>;
  /** Findings only this experiment can make; core adds its own (exit status, counters, clock). */
  check(context: CheckContext<O, R>): readonly Reason[];
  /** Thresholds on counters of each host. */
  readonly counterRules: readonly CounterRule[];
  samples(result: R): readonly MetricSample[];
  /** Metric of `samples` shown in tables. */
  headline(options: O): string;
  /**
   * Figures of a recorded trial as the program it stands for prints them; an invalid trial has none of them.
   * @default it stands for none
   */
  upstreamLines?(
    trial: Pick<TrialRecord, "processes" | "result" | "verdict"> &
      Partial<Pick<TrialRecord, "cpu">>,
    links: RunRecord["testbed"]["links"],
  ): readonly string[];
}

/** An experiment whose type arguments do not matter, as lists of experiments hold it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of experiments mixes type arguments
export type AnyExperiment = Experiment<any, any, any>;

/** Ties options, facts, parser and samples of an experiment together for the type checker. */
export function defineExperiment<O, R, F extends Facts = Record<never, never>>(
  experiment: Experiment<O, R, F>,
): Experiment<O, R, F> {
  return experiment;
}
