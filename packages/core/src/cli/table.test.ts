import { expect, test } from "vitest";
import { constructedRun } from "../report/constructed-run.js";
import type { CpuUse, RunRecord, TrialRecord } from "../result/record.js";
import { summarise } from "../result/summary.js";
import { type Reason, verdictOf } from "../result/verdict.js";
import { recordedChannel } from "./recorded-terminal.js";
import { resultTable } from "./table.js";

const terminal = (columns: number) => recordedChannel({ columns });

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

const titled = (title: string, ...trials: TrialRecord[]): RunRecord => {
  const variant = {
    id: "v",
    experiment: "e",
    title,
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

const record = (...trials: TrialRecord[]): RunRecord => titled("bulk transfer", ...trials);

test("a row shows median, range, spread, verdict and CPU use, with what may have been busy", () => {
  expect(resultTable(record(trial(1, 1e9), trial(2, 3e9), trial(3, 2e9)), terminal(200))).toBe(
    [
      "measurement    median       mean         mean, 95 %          min .. max                  sd           valid  verdict  busy CPUs",
      "bulk transfer  2.00 Gbit/s  2.00 Gbit/s  -0.5 to 4.5 Gbit/s  1.00 Gbit/s .. 3.00 Gbit/s  1.00 Gbit/s  3/3    valid    client 1.50, server 0.25..0.75",
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

const longTitle = "sockperf UDP one-way latency, 16-byte messages";
const long = titled(longTitle, trial(1, 1e9), trial(2, 2e9));

test("where the row is too wide the CPU use goes below it", () => {
  expect(resultTable(record(trial(1, 1e9), trial(2, 2e9)), terminal(100))).toBe(
    [
      "measurement    median       min .. max                  sd          valid  verdict",
      "bulk transfer  1.50 Gbit/s  1.00 Gbit/s .. 2.00 Gbit/s  707 Mbit/s  2/2    valid",
      "    busy CPUs: client 1.50, server 0.25..0.75",
    ].join("\n"),
  );
});

test("at 80 columns a long title has a line of its own and the figures stay in columns", () => {
  expect(resultTable(long, terminal(80))).toBe(
    [
      "  median       min .. max                  sd          valid  verdict",
      longTitle,
      "  1.50 Gbit/s  1.00 Gbit/s .. 2.00 Gbit/s  707 Mbit/s  2/2    valid",
      "    busy CPUs: client 1.50, server 0.25..0.75",
    ].join("\n"),
  );
});

test("on a very narrow terminal every figure has its line", () => {
  expect(resultTable(long, terminal(40)).split("\n")).toEqual([
    "sockperf UDP one-way latency, 16-byte",
    "messages",
    "  median: 1.50 Gbit/s",
    "  min .. max: 1.00 Gbit/s .. 2.00 Gbit/s",
    "  sd: 707 Mbit/s",
    "  valid: 2/2",
    "  verdict: valid",
    "  busy CPUs: client 1.50, server",
    "             0.25..0.75",
  ]);
});

test.each([40, 60, 80, 100, 120])("no line is wider than %i columns", (columns) => {
  const text =
    "the server dropped 17 datagrams while the client went on sending, which is too many";
  const reason = { state: "suspect", rule: "r", text } as const;
  const shown = resultTable(
    titled(longTitle, trial(1, 1e9), trial(2, 1, [reason])),
    terminal(columns),
  );
  for (const line of shown.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  expect(shown.replaceAll(/\s+/g, " ")).toContain(text);
});

test("from three valid trials on the mean and its interval stand beside the median", () => {
  const { record } = constructedRun({
    v: { trials: [9e9, 10e9, 11e9].map((value) => ({ value })) },
  });
  const wide = resultTable(record, recordedChannel({ columns: 200 }));
  expect(wide).toMatch(/median +mean +mean, 95 % +min \.\. max/);
  expect(wide).toMatch(/10\.0 Gbit\/s +10\.0 Gbit\/s +7\.5 to 12\.5 Gbit\/s/);
  const two = constructedRun({ v: { trials: [9e9, 10e9].map((value) => ({ value })) } });
  expect(resultTable(two.record, recordedChannel({ columns: 200 }))).not.toContain("mean");
});

test.each([40, 60, 80, 100, 120])("means fit into %i columns", (columns) => {
  const { record } = constructedRun({
    v: { trials: [9e9, 10e9, 11e9].map((value) => ({ value })) },
  });
  const text = resultTable(record, recordedChannel({ columns }));
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  for (const figure of ["7.5 to 12.5", "9.00 Gbit/s .. 11.0"])
    expect(text.replaceAll(/\s+/g, " ")).toContain(figure);
});
