import { type RunRecord, recordVersion, type TrialRecord } from "../result/record.js";
import { summarise } from "../result/summary.js";
import { type Reason, verdictOf } from "../result/verdict.js";
import type { ReportedRun } from "./measurements.js";

type Sample = TrialRecord["samples"][number];

const goodput = {
  ...{ metric: "goodput", unit: "bit/s", better: "higher" },
  definition: "payload that arrived",
} as const satisfies Partial<Sample>;

/** One trial of a constructed run. */
interface ConstructedTrial {
  readonly value: number;
  /** Makes it suspect or invalid. @default valid */
  readonly reasons?: readonly Reason[];
  /** Of the sample. @default a goodput in bit/s, of which more is better */
  readonly kind?: Partial<Omit<Sample, "value">>;
}

/** A trial with one figure, two processes and the CPU times of one machine. */
function constructedTrial(
  variant: string,
  repetition: number,
  { value, reasons = [], kind = {} }: ConstructedTrial,
): TrialRecord {
  const core = {
    user: 0.5,
    system: 0.25,
    irq: 0,
    softirq: 0.05,
    steal: 0,
    idle: 0.2,
    unaccounted: 0,
  };
  const machine = { machine: "m", hosts: ["client", "server"], windowS: 2, edgeErrorS: 0 };
  const process = { exitCode: 0, signal: null, stopped: false, durationS: 2, files: ["raw/x"] };
  return {
    ...{ variant, repetition, startedAt: "2026-01-01T00:00:00.000Z", durationS: 2.5 },
    verdict: verdictOf(reasons),
    parser: { name: "tool", version: 1 },
    samples: [{ ...goodput, ...kind, value }],
    window: { durationS: 2, opensAfterS: 0.1, opensAtS: 5, source: "constructed" },
    cpu: [{ ...machine, busyCpus: 0.8, unaccountedCpus: 0, cores: [{ cpu: "cpu0", ...core }] }],
    counters: [],
    clocks: [
      { host: "client", offsetS: 100, offsetErrorS: 0.0002, rateError: 2e-5, rateErrorBound: 1e-4 },
    ],
    processes: [
      { id: "client", host: "client", argv: ["tool", "--to", "10.0.0.2", "a b"], ...process },
    ],
  };
}

/** A variant of a constructed run. */
export interface ConstructedVariant {
  readonly trials: readonly ConstructedTrial[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly title?: string;
}

/** A run as the tests of reports need one: every part of the record is there, the figures are made up. */
export function constructedRun(
  variants: Readonly<Record<string, ConstructedVariant>>,
  rest: Partial<RunRecord> = {},
): ReportedRun {
  const described = Object.entries(variants).map(
    ([id, { options = {}, title = "bulk transfer" }]) => ({
      ...{ id, experiment: "stream", title, options: { ...options }, headline: "goodput" },
    }),
  );
  const trials = Object.entries(variants).flatMap(([id, { trials: own }]) =>
    own.map((one, index) => constructedTrial(id, index + 1, one)),
  );
  const ends = ["client", "server"].map((host) => ({ host, nic: "lab0", addresses: ["10.0.0.1"] }));
  const record: RunRecord = {
    ...{
      recordVersion,
      id: "a run",
      system: { name: "lab", version: "1.0.0" },
      coreVersion: "1.0.0",
    },
    ...{ state: "completed", startedAt: "2026-01-01T00:00:00.000Z", repetitions: trials.length },
    endedAt: "2026-01-01T00:01:00.000Z",
    testbed: {
      ...{ kind: "netns", evidence: "namespace", capabilities: ["root"], notices: [] },
      hosts: ["client", "server"].map((name) => ({ name, machine: "m" })),
      links: [{ name: "client-server", mtuBytes: 1500, ends }],
      provenance: { link: "veth pair" },
    },
    machines: [{ machine: "m", facts: { kernel: "Linux 6", bootId: "unavailable: no answer" } }],
    variants: described,
    trials,
    summary: summarise(described, trials),
    ...rest,
  };
  return { name: record.id, record };
}
