import type { ProcessSpec } from "../experiment/experiment.js";
import { usualPort } from "../experiment/free-port.js";
import { observedArgv } from "../experiment/observed-process.js";
import { rolePlaces, rolesOf } from "../experiment/roles.js";
import { trialsLeft } from "../experiment/run.js";
import { describeVariants } from "../experiment/series-record.js";
import type { PlannedTrial } from "../experiment/series-request.js";
import type { RunRecord } from "../result/record.js";
import type { LinkEnd } from "../testbed/testbed.js";
import type { Campaign } from "./campaign.js";
import { assumedOverheadS, TrialDurations } from "./estimate.js";
import type { PlannedTestbed } from "./planned-testbed.js";
import { trialOrder } from "./trial-order.js";

/** A process as it will be started. */
export interface PlannedProcess {
  readonly id: string;
  readonly host: string;
  readonly argv: readonly string[];
  /** CPUs its command line pins it to; null when it may run on any. */
  readonly cpus: string | null;
}

/** What is known of a variant before it runs. */
export interface VariantPreview {
  readonly id: string;
  readonly title: string;
  /** Trials of it still to be run. */
  readonly trials: number;
  /** How long one of them lasts, in seconds; an estimate. */
  readonly trialS: number;
  /** Those of its first trial, or why they cannot be told yet. Other trials use other ports. */
  readonly processes: readonly PlannedProcess[] | { readonly unknown: string };
}

/** What a run is going to do. */
export interface Preview {
  /** Trials to be run. */
  readonly trials: number;
  /** Trials that earlier sessions have recorded. */
  readonly recorded: number;
  /** How long they take together, without opening the testbed, in seconds; an estimate. */
  readonly estimateS: number;
  /** What a trial is taken to last beyond its test time, and how many trials that was measured on; 0: assumed. */
  readonly overhead: { readonly seconds: number; readonly measuredTrials: number };
  readonly repetitions: number;
  readonly seed?: number;
  readonly variants: readonly VariantPreview[];
}

/** What is known of the testbed, and what its run has recorded so far. */
export interface PreviewContext {
  readonly testbed: PlannedTestbed | { readonly unknown: string };
  readonly record?: RunRecord;
}

/** CPUs that `taskset -c` or `numactl -C` at the beginning of a command line name. */
function pinnedCpus(argv: readonly string[]): string | null {
  const [program, flag = "", value] = argv;
  const [, inline] = /^--(?:cpu-list|physcpubind)=(.+)$/.exec(flag) ?? [];
  if (program !== "taskset" && program !== "numactl") return null;
  if (inline !== undefined) return inline;
  return ["-c", "--cpu-list", "-C", "--physcpubind"].includes(flag) ? (value ?? null) : null;
}

const planned = (spec: ProcessSpec): PlannedProcess => ({
  id: spec.id,
  host: spec.host,
  argv: observedArgv(spec),
  cpus: pinnedCpus(spec.argv),
});

/** The processes of a trial where they follow from options and addresses alone. */
function processesOf(
  { variant }: PlannedTrial,
  index: number,
  testbed: PreviewContext["testbed"],
): VariantPreview["processes"] {
  if ("unknown" in testbed) return testbed;
  const { experiment, options } = variant;
  const asked = Object.values(experiment.facts ?? {}) as { readonly name: string }[];
  if (asked.length > 0) {
    const names = asked.map(({ name }) => name).join(", ");
    return { unknown: `they depend on what the hosts answer (${names})` };
  }
  const { clients, servers, links } = rolePlaces(testbed, variant);
  const view = ({ host, nic, addresses }: LinkEnd) => ({
    host,
    nic,
    address: addresses[0],
    facts: {},
  });
  const roles = rolesOf(clients.map(view), servers.map(view), links);
  return experiment.processes({ options, ...roles, port: usualPort(index) }).map(planned);
}

/** Tells what a run is going to do, from options and addresses alone. Throws OPTIONS_INVALID when hosts are too few or no link fits the roles. */
export function previewCampaign(campaign: Campaign, context: PreviewContext): Preview {
  const { variants, repetitions, seed } = campaign;
  const { testbed, record } = context;
  const order = trialOrder(variants, repetitions, seed);
  const left = trialsLeft(order, record ?? { trials: [] });
  const durations = new TrialDurations(variants, record?.trials);
  const titles = new Map(describeVariants(variants).map(({ id, title }) => [id, title]));
  return {
    trials: left.length,
    recorded: order.length - left.length,
    estimateS: durations.sumS(left.map(({ variant }) => variant)),
    overhead: {
      seconds: durations.overheadS() ?? assumedOverheadS,
      measuredTrials: durations.count,
    },
    repetitions,
    ...(seed === undefined ? {} : { seed }),
    variants: variants.flatMap((variant) => {
      const own = left.filter((trial) => trial.variant === variant);
      const [first] = own;
      if (first === undefined) return [];
      const { id } = variant;
      const processes = processesOf(first, order.indexOf(first), testbed);
      const trialS = durations.expectedS(variant);
      return [{ id, title: titles.get(id) ?? id, trials: own.length, trialS, processes }];
    }),
  };
}
