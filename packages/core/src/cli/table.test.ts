import { expect, test } from "vitest";
import type { CpuUse, RunRecord, TrialRecord } from "../result/record.js";
import { summarise } from "../result/summary.js";
import { type Reason, verdictOf } from "../result/verdict.js";
import { resultTable } from "./table.js";
import type { Terminal } from "./terminal.js";

const terminal = (columns: number): Terminal => ({
  out: () => {},
  err: () => {},
  live: false,
  columns,
  style: (_format, text) => text,
});

const use = (host: string, busyCpus: number, unaccountedCpus: number): CpuUse => ({
  machine: host,
  hosts: [host],
  windowS: 2,
  edgeErrorS: 0,
  busyCpus,
  unaccountedCpus,
  cores: [],
});

const trial = (repetition: number, value: number, reasons: Reason[] = []): TrialRecord => ({
  variant: "v",
  repetition,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationS: 1,
  verdict: verdictOf(reasons),
  samples: [{ metric: "goodput", value, unit: "bit/s", better: "higher" }],
  window: { unavailable: "-" },
  cpu: [use("client", 1.5, 0.01), use("server", 0.25, 0.5)],
  counters: [],
  clocks: [],
  processes: [],
});

const record = (...trials: TrialRecord[]): RunRecord => {
  const variant = {
    id: "v",
    experiment: "e",
    title: "bulk transfer",
    options: {},
    headline: "goodput",
  };
  return {
    recordVersion: 1,
    id: "r",
    system: { name: "s", version: "1" },
    coreVersion: "1",
    state: "completed",
    startedAt: "2026-01-01T00:00:00.000Z",
    repetitions: trials.length,
    testbed: {
      kind: "vm",
      evidence: "guest",
      capabilities: [],
      hosts: [],
      links: [],
      provenance: {},
      notices: [],
    },
    machines: [],
    variants: [variant],
    trials,
    summary: summarise([variant], trials),
  };
};

test("a row shows median, range, spread, verdict and CPU use, with what may have been busy", () => {
  expect(resultTable(record(trial(1, 1e9), trial(2, 3e9), trial(3, 2e9)), terminal(200))).toBe(
    [
      "measurement    median       min .. max                  sd           valid  verdict  busy CPUs",
      "bulk transfer  2.00 Gbit/s  1.00 Gbit/s .. 3.00 Gbit/s  1.00 Gbit/s  3/3    valid    client 1.50, server 0.25..0.75",
    ].join("\n"),
  );
});

test("what is not valid is not in the figures, and it is said why", () => {
  const reason = { state: "suspect", rule: "rdma.retries", text: "requests were retried" } as const;
  const shown = resultTable(record(trial(1, 1e9), trial(2, 9e9, [reason])), terminal(200));
  expect(shown).toContain("bulk transfer  1.00 Gbit/s  1.00 Gbit/s .. 1.00 Gbit/s  -");
  expect(shown).toContain("1/2    suspect");
  expect(shown).toContain("  v, repetition 2: suspect: requests were retried");
});

test("a run without a valid trial shows no figure at all", () => {
  const reason = { state: "invalid", rule: "flow.missing", text: "nothing arrived" } as const;
  const shown = resultTable(record(trial(1, 1e9, [reason])), terminal(200));
  expect(shown).toMatch(/^bulk transfer +- +- +- +0\/1 +invalid +-$/m);
});

test("no line is wider than a narrow terminal", () => {
  const shown = resultTable(record(trial(1, 1e9), trial(2, 2e9)), terminal(100));
  expect(shown).toContain("\n    busy CPUs: client 1.50");
  for (const line of shown.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});
