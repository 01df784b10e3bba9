import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { constructedRun } from "../report/constructed-run.js";
import type { System } from "../system/system.js";
import { recordedChannel, recordedTerminal } from "./recorded-terminal.js";
import { runCli } from "./run-cli.js";

let place: string;
const runs = {
  base: [10e9, 11e9, 12e9],
  slower: [5e9, 5.1e9, 5.2e9],
  slightly: [9.9e9, 10.9e9, 11.9e9],
  single: [10e9],
};

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  for (const [name, values] of Object.entries(runs)) {
    const trials = values.map((value) => ({ value }));
    const { record } = constructedRun({ v: { trials } }, { id: name });
    await mkdir(join(place, name));
    await writeFile(join(place, name, "run.json"), JSON.stringify(record));
  }
});
afterAll(() => rm(place, { recursive: true, force: true }));

const system = { name: "lab", experiments: {}, suites: {} } as Partial<System> as System;

async function call(line: string, columns?: number) {
  const settings = columns === undefined ? {} : { columns };
  const terminal = { out: recordedChannel(settings), err: recordedChannel(settings) };
  const argv = line.split(" ").map((word) => word.replace("@", `${place}/`));
  const code = await runCli(system, argv, terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
}

test.each([
  ["compare @base @slower", 6, "regression: 1 of 1 metrics marked * is worse by more than 5 %"],
  [
    "compare @base @slower --threshold 60",
    0,
    "none of 1 metrics marked * is worse by more than 60 %",
  ],
  ["compare @slower @base", 0, "none of 1"],
  ["compare @base @slightly", 0, "none of 1"],
  ["compare @base @single", 5, "nothing could be compared"],
])("%s ends with %d", async (line, code, words) => {
  const result = await call(line);
  expect(result.err).toContain(words);
  expect(result.code).toBe(code);
});

test("a person reads a table that says which direction is better", async () => {
  const { out } = await call("compare @base @slower");
  expect(out).toBe(
    [
      "A is base, B is slower; means of valid trials",
      "",
      "bulk transfer",
      "metric                        A            B            change   95 % interval       n     verdict",
      "* goodput (higher is better)  11.0 Gbit/s  5.10 Gbit/s  -53.6 %  -75.9 % to -31.4 %  3, 3  worse, regression",
      "",
    ].join("\n"),
  );
});

test("trials that are in no mean are told with the rules that marked them", async () => {
  const busy = { state: "suspect", rule: "host.busy", text: "other processes" } as const;
  const trials = [...runs.base.map((value) => ({ value })), { value: 1, reasons: [busy, busy] }];
  const { record } = constructedRun({ v: { trials } }, { id: "busy" });
  await mkdir(join(place, "busy"));
  await writeFile(join(place, "busy", "run.json"), JSON.stringify(record));
  const { out } = await call("compare @busy @base");
  expect(out).toContain(
    "\nNot valid, and so in no mean:\n  A: bulk transfer, repetition 4: suspect: host.busy\n",
  );
  expect((await call("compare @base @base")).out).not.toContain("Not valid");
});

test("on a narrow terminal no line is too wide and nothing is lost", async () => {
  const { out } = await call("compare @base @slower", 60);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  for (const word of ["11.0 Gbit/s -> 5.10 Gbit/s", "-53.6 %", "worse, regression"]) {
    expect(out).toContain(word);
  }
});

test("--json prints the comparison alone on stdout", async () => {
  const { code, out } = await call("compare @base @slower --json");
  const found = JSON.parse(out);
  expect(found).toMatchObject({ a: "base", b: "slower", threshold: 0.05, outcome: "regression" });
  expect(found.metrics[0]).toMatchObject({
    ...{ metric: "goodput", unit: "bit/s", better: "higher", verdict: "worse", regression: true },
    a: { n: 3, mean: 11e9 },
    b: { n: 3, mean: 5.1e9 },
  });
  expect(code).toBe(6);
});

test.each([
  ["compare @base", "compare takes two run directories, not 1"],
  ["compare @base @slower @single", "not 3"],
  ["compare @base @nowhere", "holds no run"],
  ["compare @base @slower --threshold=-1", "--threshold is 0 or more, not -1"],
  ["compare @base @slower --metric godput", 'did you mean "goodput"'],
  ["compare @base @slower --treshold 3", 'did you mean "--threshold"'],
])("%s is refused", async (line, words) => {
  const { code, out, err } = await call(line);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(words);
});

test.each(["report --help", "compare -h"])("%s fits a screen", async (line) => {
  const terminal = recordedTerminal();
  expect(await runCli(system, line.split(" "), terminal)).toBe(0);
  const lines = terminal.out.text().trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const one of lines) expect(one.length).toBeLessThanOrEqual(80);
});
